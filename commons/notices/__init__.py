"""What happens is told to whoever asked for it, by e-mail and by signed webhooks.

    something happens -> tell: a notice and its deliveries, in the same transaction
                      -> send_waiting: mail or post -> delivered | tried again, later each time
                                                    -> given up -> a person sends it again

What happened to a person themselves is told to that person alone (``personal``), by mail, by their
own choice, and goes the same way.

Each stage is a module: ``telling``, ``sending`` (with ``mailing``, ``posting``, ``signing`` and
``addresses``), ``channels`` for what people set up, ``shown`` for what they see of it.
"""
