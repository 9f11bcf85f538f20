#!/usr/bin/env python3
"""A share of the kills at random moments of `make torture-kill9`: nothing that was drawn is lost."""
import pathlib, sys
from harness import main

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "torture"))
from kill9 import Driver


def test_kills():
    """15 kills at random moments of typing: every character that was drawn is there again, with cursor and undo"""
    driver = Driver(7)
    try:
        print(f"# {driver.run(15)}")
    finally:
        driver.close()


if __name__ == "__main__":
    main()
