"""Explores one program with frontrun, and prints what came of it as one line of JSON.

    frontrun python with_frontrun.py PROGRAM CLOCK rate|first|whole SECONDS

`rate`: random executions for so long, with a check that always holds. `first`: executions to the
first failure, of its search as it is called by default, and of 50 random ones. `whole`: its search
without a bound on forced switches, going on after failures.
"""

import importlib.util
import json
import sys
import time

import frontrun

SEEDS = 50
MOST = 500


def load(path):
    spec = importlib.util.spec_from_file_location("program", path)
    program = importlib.util.module_from_spec(spec)
    sys.modules["program"] = program
    spec.loader.exec_module(program)
    return program


class Explorer:
    def __init__(self, program, clock):
        self.program = program
        self.clock = clock

    def explore(self, invariant=None, **options):
        """One call. The programs have no input or output, so looking for it is switched off, which
        makes frontrun up to twice as fast. Failures are not repeated."""
        started = time.perf_counter()
        result = frontrun.explore(
            setup=self.program.setup,
            workers=self.program.workers,
            invariant=invariant or self.program.invariant,
            clock=self.clock,
            detect_io=False,
            reproduce_on_failure=0,
            **options,
        )
        return {
            "executions": result.num_explored,
            "seconds": time.perf_counter() - started,
            "holds": result.property_holds,
            "exhausted": result.exhausted,
        }

    def rate(self, seconds):
        return self.explore(
            lambda state: True, strategy="random", max_attempts=10**9, seed=1, total_timeout=seconds
        )

    def first(self, seconds):
        search = self.explore(total_timeout=seconds)
        drawn, started = [], time.perf_counter()
        for seed in range(1, SEEDS + 1):
            drawn.append(self.explore(strategy="random", max_attempts=MOST, seed=seed, total_timeout=seconds))
            # After "inconclusive" its threads may still be there: nothing that follows counts.
            if drawn[-1]["holds"] is None or time.perf_counter() - started > seconds:
                break
        return {"search": search, "drawn": drawn}

    def whole(self, seconds):
        return self.explore(preemption_bound=None, stop_on_first=False, total_timeout=seconds)


def warm_up():
    """The first calls import what they need."""
    for strategy in ("random", "dpor"):
        frontrun.explore(
            setup=list,
            workers=[lambda state: None] * 2,
            invariant=lambda state: True,
            strategy=strategy,
            detect_io=False,
        )


def main():
    path, clock, what, seconds = sys.argv[1:]
    warm_up()
    explorer = Explorer(load(path), clock)
    measure = {"rate": explorer.rate, "first": explorer.first, "whole": explorer.whole}[what]
    print(json.dumps(measure(float(seconds))), flush=True)


main()
