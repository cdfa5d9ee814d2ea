"""relationship_impact against the DELETE it is about. See tests/run_impact for its use."""

import argparse
import itertools
import sys
import time
import traceback

import declared
import generated
import known
import shapes
import workers

SHARE = 10  # worlds that a process takes at a time


def worlds(first, extension, count=SHARE):
    """Worlds from `first` on: questions asked, failures, excuses."""
    asked, failures, excuses = 0, [], {}
    for seed in range(first, first + count):
        try:
            more, needed = declared.run(seed, extension)
            asked += more
            for excuse, times in needed.items():
                excuses[excuse] = excuses.get(excuse, 0) + times
        except declared.Broken as broken:
            smallest = declared.smallest(broken, extension)
            failures.append("seed %d\n%s" % (seed, declared.report(smallest)))
    return asked, failures, excuses


def work(task):
    """Runs one task; what is raised is a failure."""
    function, *arguments = task
    try:
        return function(*arguments)
    except Exception:
        return 1, ["%s%s\n%s" % (function.__module__, arguments, traceback.format_exc())], {}


def tasks(extension, count):
    for seed in 0, 1:
        yield generated.run, seed, extension, 6
    if known.has_chinook():
        yield known.run, known.CHINOOK, known.CHINOOK_DECLARED, extension, 1, 3
    yield known.run, known.DEMO, known.DEMO_DECLARED, extension, 1, 5
    yield shapes.run, extension
    for first in range(0, count, SHARE):
        yield worlds, first, extension


def tasks_until(end, extension):
    """One generated database among many worlds."""
    for first in itertools.count(int(time.time()) * 1000, 20 * SHARE):
        yield generated.run, first + first // 200 % 2, extension
        for i in range(20):
            if time.time() > end:
                return
            yield worlds, first + i * SHARE, extension


def run(tasks):
    total, failed, excuses = 0, 0, {}
    for asked, failures, needed in workers.results(work, tasks):
        total += asked
        failed += len(failures)
        for failure in failures:
            print("\n" + failure, flush=True)
        for excuse, count in needed.items():
            excuses[excuse] = excuses.get(excuse, 0) + count
    for excuse, count in sorted(excuses.items()):
        print("%d answers are excused: %s" % (count, excuse))
    print("%d passed, %d failed" % (total - failed, failed))
    return failed


def replay(seed, extension):
    total, failures, _ = worlds(seed, extension, 1)
    more, others, _ = generated.run(seed, extension)
    print("\n".join(failures + others) or "nothing goes wrong in %d answers" % (total + more))
    return len(failures + others)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("extension")
    parser.add_argument("--worlds", type=int, default=200)
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--seed", type=int)
    options = parser.parse_args()
    if options.seed is not None:
        return replay(options.seed, options.extension) != 0
    if not known.has_chinook():
        print("Chinook is skipped: there is no " + known.CHINOOK)
    if options.minutes:
        return run(tasks_until(time.time() + options.minutes * 60, options.extension)) != 0
    return run(tasks(options.extension, options.worlds)) != 0


if __name__ == "__main__":
    sys.exit(main())
