#!/usr/bin/env python3
"""A share of `make torture-kill-calls`: commands that are killed at a call on files lose nothing and leave no repair."""
import pathlib, sys
from harness import main

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "torture"))
from kill_calls import Killer


def test_kills():
    """commands killed at calls on files: done or not done, nothing lost, nothing to repair, and done again"""
    killer = Killer()
    try:
        print(f"# {killer.run(150, 3, ('new', 'set', 'empty', 'publish', 'passwd', 'rekey'))}")
    finally:
        killer.close()


if __name__ == "__main__":
    main()
