"""Nested save against SQLAlchemy, under every failure, and at random against a model of its rules.
See tests/run_saves for its use."""

import argparse
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, part) for part in ("tutorial", "random", "atomic")]
sys.path.append(os.path.join(HERE, "..", "alchemy"))

WORLDS = 500  # of random saves


def tutorial(names=()):
    import cases_users
    import cases_posts
    import cases_patterns
    import cases_moves
    import saving

    return saving.main(names)


def atomic(extension, thorough=False):
    import failing

    return failing.run(extension, thorough)


def random(extension, minutes):
    import randomsaves

    return randomsaves.run(extension, WORLDS, minutes)


def all_parts(options):
    """The counts of each part."""
    if options.part in (None, "tutorial"):
        yield tutorial(options.names)
    if options.part in (None, "atomic"):
        yield atomic(options.extension, bool(options.part or options.minutes))
    if options.part in (None, "random"):
        yield random(options.extension, options.minutes)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("extension")
    parser.add_argument("part", nargs="?", choices=["tutorial", "atomic", "random"])
    parser.add_argument("names", nargs="*", help="of cases of the tutorial")
    parser.add_argument("--minutes", type=float, help="of random saves, after all failures in all situations")
    parser.add_argument("--seed", type=int, help="plays one random world")
    options = parser.parse_args()
    if options.seed is not None:
        import randomsaves

        counts, report = randomsaves.one_world(options.seed, options.extension)
        print(report or "nothing goes wrong: %(saved)d documents saved, %(refused)d refused" % counts)
        return report is not None
    passed = failed = 0
    for counts in all_parts(options):
        passed, failed = passed + counts[0], failed + counts[1]
    print("%d passed, %d failed" % (passed, failed))
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
