"""The sums that several lessons use, each with its source. Counts are people; limits are 95% unless z says more."""

from collections import Counter


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
