from commons.supervising.journal import Journal


def test_lines_are_put_together_however_they_arrive(tmp_path):
    journal = Journal(tmp_path / "web.log")

    assert journal.keep(b"2026-03-02 08:00:00,1 ERR") == []
    assert journal.keep(b"OR web: a\n\nsecond\npart") == ["2026-03-02 08:00:00,1 ERROR web: a"]
    assert journal.last_lines() == ["2026-03-02 08:00:00,1 ERROR web: a", "second", "part"]
    journal.close()


def test_the_file_never_grows_beyond_its_limit_and_the_one_before_is_kept(tmp_path):
    journal = Journal(tmp_path / "web.log", limit=10)

    for chunk in (b"one....\n", b"two....\n", b"three..\n"):
        journal.keep(chunk)
    journal.close()

    assert (tmp_path / "web.log").read_text() == "three..\n"
    assert (tmp_path / "web.old.log").read_text() == "two....\n"


def test_a_restart_writes_on_where_the_last_one_ended(tmp_path):
    for words in (b"first\n", b"second\n"):
        journal = Journal(tmp_path / "web.log")
        journal.keep(words)
        journal.close()

    assert (tmp_path / "web.log").read_text() == "first\nsecond\n"


def test_bytes_that_are_no_text_do_not_stop_it(tmp_path):
    journal = Journal(tmp_path / "web.log")

    journal.keep(b"\xff\xfe\n")

    assert journal.last_lines() == ["\N{REPLACEMENT CHARACTER}" * 2]
    journal.close()
