"""Prompts, answers and rankings that others collected, read a line at a time; no Django.

    file -> lines -> JSON row -> laurel | oasst | hh -> ImportedPrompt | Refusal

One module a format. A line that cannot be read is refused with a reason that says what to mend;
the lines after it are read all the same.
"""
