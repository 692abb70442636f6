"""The sums that several lessons use, each with its source. Counts are people; limits are 95% unless z says more."""

from collections import Counter

import numpy as np


def wilson(k, n, z=1.96):
    """The Wilson interval of a proportion k of n: (low, high) in percent.

    All true proportions under which k of n would lie within z standard errors (Wilson, J Am Stat Assoc 1927).
    Raises ValueError unless 0 <= k <= n and n > 0.
    """
    if not 0 <= k <= n or n <= 0:
        raise ValueError(f"k of n needs 0 <= k <= n and n > 0, not {k} of {n}")
    p, extra = k / n, z**2 / n
    middle, reach = p + extra / 2, z * (p * (1 - p) / n + extra / (4 * n)) ** 0.5
    return 100 * max(0, middle - reach) / (1 + extra), 100 * min(1, (middle + reach) / (1 + extra))


def risk_difference(k1, n1, k2, n2):
    """First proportion minus second, in percentage points, with its interval: (difference, low, high).

    Put together from the two Wilson intervals (Newcombe, Stat Med 1998, method 10). Raises ValueError as wilson does.
    """
    (low1, high1), (low2, high2) = wilson(k1, n1), wilson(k2, n2)
    p1, p2 = 100 * k1 / n1, 100 * k2 / n2
    down = ((p1 - low1) ** 2 + (high2 - p2) ** 2) ** 0.5
    up = ((high1 - p1) ** 2 + (p2 - low2) ** 2) ** 0.5
    return p1 - p2, p1 - p2 - down, p1 - p2 + up


def kappa(first, second):
    """Agreement of two codings beyond chance: 1 is perfect, 0 is what chance would give (Cohen 1960).

    ``first`` and ``second`` are the codes of the same things in the same order. Raises ValueError for codings of
    different length or of nothing, and where both used one code only, so that chance alone agrees always.
    """
    pairs = list(zip(first, second, strict=True))
    if not pairs:
        raise ValueError("nothing was coded")
    agreed = sum(one == two for one, two in pairs) / len(pairs)
    one, two = (Counter(coding) for coding in (first, second))
    chance = sum(one[code] * two[code] for code in one) / len(pairs) ** 2
    if chance == 1:
        raise ValueError("with one code only, kappa cannot be worked out")
    return (agreed - chance) / (1 - chance)


def log_risk_ratio(k1, n1, k2, n2):
    """Natural logarithm of the risk ratio, k1 of n1 over k2 of n2, and its standard error: (log ratio, error).

    Numbers, or arrays and columns of one length, which give arrays and columns. The error is that of large samples
    (Katz and others, Biometrics 1978). Raises ValueError unless 0 < k <= n everywhere: with no events there is no
    ratio to take the logarithm of.
    """
    if not all(np.all((np.asarray(k) > 0) & (np.asarray(k) <= np.asarray(n))) for k, n in ((k1, n1), (k2, n2))):
        raise ValueError("a risk ratio needs 0 < k <= n in both groups")
    return np.log((k1 / n1) / (k2 / n2)), (1 / k1 - 1 / n1 + 1 / k2 - 1 / n2) ** 0.5


def pooled(estimates, errors, tau2=0):
    """The mean of estimates, each weighted by one over its variance, and the standard error of it: (mean, error).

    ``errors`` are the standard errors; ratios come as their logarithms. With ``tau2``, the variance between the true
    values, it is the random effects mean, without it the fixed effect one (DerSimonian and Laird, Control Clin Trials
    1986). Raises ValueError for no estimates, for another number of errors, and for one that is not above zero.
    """
    estimates, errors = np.asarray(estimates, float), np.asarray(errors, float)
    if estimates.shape != errors.shape or not estimates.size or not np.all(errors > 0):
        raise ValueError("pooling needs at least one estimate, and a standard error above zero for each")
    weights = 1 / (errors**2 + tau2)
    return float((weights * estimates).sum() / weights.sum()), float(weights.sum() ** -0.5)


def between_trials(estimates, errors):
    """How far estimates lie apart: (Q, tau2), tau2 being the variance between the true values by DerSimonian and Laird.

    Q is the weighted sum of the squared distances from the fixed effect mean (Cochran 1954); chance alone gives about
    one less than the number of estimates. Raises ValueError for fewer than two estimates, and as ``pooled`` does.
    """
    mean, _ = pooled(estimates, errors)
    estimates, weights = np.asarray(estimates, float), np.asarray(errors, float) ** -2
    if len(estimates) < 2:
        raise ValueError("one estimate alone does not differ from others")
    q = (weights * (estimates - mean) ** 2).sum()
    tau2 = (q - len(weights) + 1) / (weights.sum() - (weights**2).sum() / weights.sum())
    return float(q), float(max(0, tau2))


def hartung_knapp(estimates, errors):
    """The standard error of the random effects mean that allows for few estimates; it goes with Student's t, with one
    degree of freedom less than there are estimates (Hartung and Knapp, Stat Med 2001). Raises as ``between_trials``.
    """
    _, tau2 = between_trials(estimates, errors)
    mean, _ = pooled(estimates, errors, tau2)
    estimates, weights = np.asarray(estimates, float), 1 / (np.asarray(errors, float) ** 2 + tau2)
    return float(((weights * (estimates - mean) ** 2).sum() / weights.sum() / (len(estimates) - 1)) ** 0.5)
