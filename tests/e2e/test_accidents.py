#!/usr/bin/env python3
"""A share of the accidents that tests/screen/random_accidents.py makes: no slip reaches readers."""
import pathlib, sys, time
from harness import main

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "screen"))
import accidents, random_accidents

NEVER = 13  # seconds after which the ten are over


def share(tmp, count, seed, wp=None):
    began = time.monotonic()
    figures, faults = random_accidents.run(tmp, count, seed, beside=6, wp=wp)
    print("#", random_accidents.tell(figures, faults, time.monotonic() - began))
    assert not faults, "\n".join(faults)
    assert figures["slips"] == count


def test_slips_with_a_folder(tmp):
    """40 slips anywhere while a folder is the blog: nothing is public that was not meant to be"""
    share(tmp, 40, "folder")


def test_slips_with_wordpress(tmp, wp):
    """20 slips anywhere while a WordPress is the blog: readers see nothing that was not meant for them"""
    share(tmp, 20, "wordpress", wp)


def test_who_never_notices(tmp):
    """the proof would see it: a lone Enter on the sheet that nobody takes back is public after the ten seconds"""
    writer = random_accidents.Writer(tmp / "w", random_accidents.Folder, 1)
    writer.wait = lambda began: time.sleep(NEVER)
    try:
        writer.suffer(accidents.Slip("0", "sheet", "a lone Enter", "Enter", [(b"", 1000), (b"\r", 0)]))
    finally:
        writer.leave()
    assert len(writer.faults) == 1 and writer.faults[0].startswith("PUBLIC"), writer.faults


if __name__ == "__main__":
    main()
