"""Prompts, answers and rankings that others collected, read a line at a time; no Django.

    file -> rows -> JSON row -> laurel | oasst | hh -----------> ImportedPrompt | Refusal | LeftOut
                             -> label_studio | argilla -> Work -> building, by a Plan -^

One module a format. A row that cannot be read is refused with a reason that says what to mend;
the rows after it are read all the same. What Label Studio and Argilla ask differs by project: a
Plan, made by ``planning`` from their configuration and what a person names, says which field is
the prompt, which are answers, and what each question gives.
"""
