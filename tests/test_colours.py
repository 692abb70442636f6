"""The colours of the figures can be seen on white and told apart, also by people who see fewer colours.

Seeing fewer colours is simulated with the matrices of Machado, Oliveira and Fernandes (2009, severity 1, on linear
RGB); the distance is CIEDE2000 as published by Sharma, Wu and Dalal (2005), whose test pairs are checked here.
"""

import re
from itertools import combinations, pairwise

import figures
import matplotlib.pyplot as plt
import numpy as np
import pytest

SIGHT = {
    "all colours": np.eye(3),
    "no red cones": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                              [-0.003882, -0.048116, 1.051998]]),
    "no green cones": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                                [-0.011820, 0.042940, 0.968881]]),
    "no blue cones": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                               [0.004733, 0.691367, 0.303900]]),
}
PAIRS = sorted(combinations(figures.COLOURS, 2))
CLASSES = ("secure", "dismissing", "preoccupied", "unresolved", "cannot classify")
CYCLE = plt.rcParams["axes.prop_cycle"].by_key()["color"]


def linear(colour):
    """Linear RGB, 0 to 1, of a colour like "#005F33"."""
    part = np.array([int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def contrast_on_white(colour):
    """Contrast as WCAG 2 defines it: 1 for none, 21 for black on white."""
    return 1.05 / (linear(colour) @ [0.2126, 0.7152, 0.0722] + 0.05)


def lab(rgb):
    """CIELAB under D65 of linear RGB."""
    xyz = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
                    [0.0193339, 0.1191920, 0.9503041]]) @ np.clip(rgb, 0, 1) / [0.95047, 1, 1.08883]
    x, y, z = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def ciede2000(first, second):
    """The distance of two colours in CIELAB as an eye would judge it; about 2 is just seen side by side."""
    (l1, a1, b1), (l2, a2, b2) = first, second
    mean_c = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    stretch = 1.5 - 0.5 * np.sqrt(mean_c**7 / (mean_c**7 + 25**7))
    c1, c2 = np.hypot(stretch * a1, b1), np.hypot(stretch * a2, b2)
    h1, h2 = (np.degrees(np.arctan2(b, stretch * a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = 0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    if c1 * c2 and turn == -180 and h2 > h1:
        turn = 180
    hue = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    mean_l, mean_c = (l1 + l2) / 2, (c1 + c2) / 2
    mean_h = h1 + h2 if c1 * c2 == 0 else ((h1 + h2) / 2 if abs(h1 - h2) <= 180 else (h1 + h2 + 360) / 2 % 360)
    cosines = [np.cos(np.radians(angle)) for angle in (mean_h - 30, 2 * mean_h, 3 * mean_h + 6, 4 * mean_h - 63)]
    weight = 1 + np.dot([-0.17, 0.24, 0.32, -0.20], cosines)
    s_l = 1 + 0.015 * (mean_l - 50) ** 2 / np.sqrt(20 + (mean_l - 50) ** 2)
    s_c, s_h = 1 + 0.045 * mean_c, 1 + 0.015 * mean_c * weight
    twist = -np.sin(np.radians(60 * np.exp(-((mean_h - 275) / 25) ** 2))) * 2 * np.sqrt(mean_c**7 / (mean_c**7 + 25**7))
    dl, dc, dh = (l2 - l1) / s_l, (c2 - c1) / s_c, hue / s_h
    return np.sqrt(dl**2 + dc**2 + dh**2 + twist * dc * dh)


def seen(colour, sight):
    return lab(SIGHT[sight] @ linear(colour))


@pytest.mark.parametrize(("first", "second", "distance"), [
    ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425), ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0000),
    ((50, 2.5, 0), (73, 25, -18), 27.1492), ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082), ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195)])
def test_distance_is_the_published_one(first, second, distance):
    assert ciede2000(first, second) == pytest.approx(distance, abs=1e-4)


@pytest.mark.parametrize("name", figures.COLOURS)
def test_every_colour_is_seen_on_white(name):
    """At least 4.5 to 1: lessons also write a name beside its mark in the same colour (WCAG 2.2, 1.4.3)."""
    assert re.fullmatch("#[0-9A-F]{6}", figures.COLOURS[name])
    assert contrast_on_white(figures.COLOURS[name]) >= 4.5


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_meanings_can_be_told_apart(pair, sight):
    """Any two may meet in one figure. Colour is never the only sign, so it need not carry the whole difference."""
    first, second = (seen(figures.COLOURS[name], sight) for name in pair)
    assert ciede2000(first, second) >= 10


def test_a_series_without_a_meaning_wears_no_class():
    classes = [seen(figures.COLOURS[name], "all colours") for name in CLASSES]
    cycle = [seen(f"#{colour.lstrip('#')}", "all colours") for colour in CYCLE]
    assert all(ciede2000(own, other) >= 10 for own in cycle for other in classes)
    assert all(abs(one[0] - other[0]) >= 10 for one, other in pairwise(cycle)), "neighbours differ in lightness"
