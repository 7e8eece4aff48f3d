"""The statistics of paired scores by SciPy, which is the extra ``compare``.

The one place that knows SciPy and NumPy, which are loaded when they are first needed. All of it is
a function of the scores: where chance is drawn, it is drawn from a fixed seed. Not here: which
scores are paired, and corrections for several comparisons.
"""

import warnings
from collections.abc import Sequence
from importlib import import_module
from math import isfinite, sqrt
from typing import Any, Final

from application.paired_statistics import CONFIDENCE, Estimate
from domain.errors import Refused

SEED: Final = 752
RESAMPLES: Final = 9_999
FEW: Final = 2_000
"""So many items are resampled; of more, the mean is near to normal, and resampling takes long."""

_AT_ONCE: Final = 2**20
"""Numbers that are resampled at once: what is held in memory."""

_NONE: Final = "none: the differences do not vary"
_TOO_LARGE: Final = "none: the differences are too large"
_PERMUTED: Final = "sign-flip permutation"


class ScipyStatistics:
    """``application.paired_statistics.Statistics`` by SciPy."""

    def __init__(self) -> None:
        """Load the libraries.

        Raises:
            Refused: when SciPy is not installed.
        """
        try:
            self._numpy: Any = import_module("numpy")  # neither has types that cover what is used
            self._stats: Any = import_module("scipy.stats")
            self._optimize: Any = import_module("scipy.optimize")
        except ImportError as missing:
            remedy = "Install the extra compare where the archive is (docs/install.md)."
            raise Refused("compare", "SciPy, for the statistics", "none", remedy) from missing

    def of_flips(self, higher: int, lower: int, pairs: int) -> Estimate:
        """Tango's score interval, and the exact test of McNemar: a binomial test of the flips.

        Tango, "Equivalence test and confidence interval for the difference in proportions for the
        paired-sample design", Statistics in Medicine 17 (8), 1998.
        """
        flips = higher + lower
        p = float(self._stats.binomtest(higher, flips).pvalue) if flips else 1.0
        low, high = -self._farthest(lower, higher, pairs), self._farthest(higher, lower, pairs)
        return Estimate(low, high, "Tango score", p, "exact McNemar")

    def of_scores(self, firsts: Sequence[float], seconds: Sequence[float]) -> Estimate:
        """A bootstrap of the mean difference, and a test by turning signs; a t-test of many items.

        BCa is Efron, "Better bootstrap confidence intervals", Journal of the American Statistical
        Association 82 (397), 1987.
        """
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of sizes that no double holds: there is no interval
            differences = self._array(seconds) - self._array(firsts)
            if not isfinite(abs(differences).sum()):
                return Estimate(None, None, _TOO_LARGE, None, _TOO_LARGE)
            if differences.min() == differences.max():
                p = 2.0 ** (1 - len(differences)) if differences[0] else 1.0
                return Estimate(None, None, _NONE, p, _PERMUTED)
            if len(differences) > FEW:
                return self._by_normality(differences)
            return self._bootstrapped(differences)._replace(p=self._permuted(differences))

    def _array(self, scores: Sequence[float]) -> Any:
        return self._numpy.asarray(scores, dtype=self._numpy.float64)

    def _farthest(self, more: int, less: int, pairs: int) -> float:
        """The upper end of Tango's interval of (more − less) ÷ pairs.

        Where no pair or each one is discordant, its equation can be solved by hand.
        """
        z = float(self._stats.norm.ppf((1 + CONFIDENCE) / 2))
        if more == pairs:
            return 1.0
        if less == pairs:
            return (z * z - pairs) / (z * z + pairs)
        if more == less == 0:
            return z * z / (z * z + pairs)

        def beyond(end: float) -> float:
            b = -more - less + (2 * pairs - more + less) * end
            c = -less * end * (1 - end)
            share = (sqrt(max(b * b - 8 * pairs * c, 0.0)) - b) / (4 * pairs)
            variance = pairs * (2 * share + end * (1 - end))
            return more - less - pairs * end + z * sqrt(max(variance, 0.0))

        return float(self._optimize.brentq(beyond, (more - less) / pairs, 1.0, xtol=1e-12))

    def _permuted(self, differences: Any) -> float | None:
        found = self._stats.permutation_test(
            (differences,),
            self._numpy.mean,
            permutation_type="samples",
            vectorized=True,
            n_resamples=RESAMPLES,
            batch=max(1, _AT_ONCE // len(differences)),
            rng=self._chance(),
        )
        return _finite(found.pvalue)

    def _bootstrapped(self, differences: Any) -> Estimate:
        for method in ("BCa", "percentile"):
            low, high = self._stats.bootstrap(
                (differences,),
                self._numpy.mean,
                confidence_level=CONFIDENCE,
                n_resamples=RESAMPLES,
                batch=max(1, _AT_ONCE // len(differences)),
                method=method,
                rng=self._chance(),
            ).confidence_interval
            if isfinite(low) and isfinite(high):
                told = f"{method} bootstrap of {RESAMPLES:,} resamples"
                return Estimate(float(low), float(high), told, None, _PERMUTED)
        return Estimate(None, None, _TOO_LARGE, None, _PERMUTED)

    def _by_normality(self, differences: Any) -> Estimate:
        found = self._stats.ttest_1samp(differences, 0)
        low, high = map(_finite, found.confidence_interval(CONFIDENCE))
        interval = f"normal approximation, as there are more than {FEW:,} items"
        return Estimate(low, high, interval, _finite(found.pvalue), "paired t-test")

    def _chance(self) -> Any:
        return self._numpy.random.default_rng(SEED)


def _finite(value: Any) -> float | None:
    return float(value) if isfinite(value) else None
