"""What happens is told to whoever asked for it, by e-mail and by signed webhooks.

    something happens -> tell: a notice and its deliveries, in the same transaction
                      -> send_waiting: mail or post -> delivered | tried again, later each time
                                                    -> given up -> a person sends it again

Each stage is a module: ``telling``, ``sending`` (with ``mailing``, ``posting``, ``signing`` and
``addresses``), ``channels`` for what people set up, ``shown`` for what they see of it.
"""
