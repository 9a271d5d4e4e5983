#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes data/weather.csv and data/expected.csv: what scikit-learn makes of real weather with some gaps.

The data are the days of resources/examples/seattle-weather.csv (its licence is named there); every seventh wind and every
eleventh kind of weather is left out. Run it only to make the references anew; the tests need neither it nor scikit-learn."""
import csv
import pathlib

import numpy
from sklearn.cluster import KMeans
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, OrdinalEncoder, StandardScaler

HERE = pathlib.Path(__file__).resolve().parent
DAYS = 365

with open(HERE.parents[1] / "resources/examples/seattle-weather.csv", newline="", encoding="utf-8") as source:
    rows = list(csv.DictReader(source))[:DAYS]
for number, row in enumerate(rows):
    row["sky"] = row["weather"]
    if number % 7 == 3:
        row["wind"] = ""
    if number % 11 == 5:
        row["weather"] = ""

with open(HERE / "data/weather.csv", "w", newline="", encoding="utf-8") as target:
    writer = csv.DictWriter(target, rows[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


def numbers(name):
    return numpy.array([[float(row[name]) if row[name] else numpy.nan] for row in rows])


def texts(name):
    return numpy.array([[row[name] or None] for row in rows], dtype=object)


expected = {}
for name in ("precipitation", "temp_max", "temp_min", "wind"):
    expected["standard " + name] = StandardScaler().fit_transform(numbers(name))[:, 0]
    expected["minmax " + name] = MinMaxScaler((-1, 3)).fit_transform(numbers(name))[:, 0]
expected["mean wind"] = SimpleImputer(strategy="mean").fit_transform(numbers("wind"))[:, 0]
expected["median wind"] = SimpleImputer(strategy="median").fit_transform(numbers("wind"))[:, 0]
expected["mostFrequent wind"] = SimpleImputer(strategy="most_frequent").fit_transform(numbers("wind"))[:, 0]
expected["constant wind"] = SimpleImputer(strategy="constant", fill_value=-1).fit_transform(numbers("wind"))[:, 0]
frequent = SimpleImputer(missing_values=None, strategy="most_frequent").fit_transform(texts("weather"))
expected["mostFrequent weather"] = frequent[:, 0]
expected["ordinal sky"] = OrdinalEncoder().fit_transform(texts("sky"))[:, 0]
encoder = OneHotEncoder(sparse_output=False)
for column, kind in zip(encoder.fit_transform(texts("sky")).T, encoder.categories_[0]):
    expected[f"onehot sky_{kind}"] = column
features = numpy.hstack([numbers("precipitation"), numbers("temp_min")])
linear = LinearRegression().fit(features, numbers("temp_max")[:, 0])
expected["linear temp_max"] = linear.predict(features)
points = numpy.hstack([numbers("precipitation"), numbers("temp_max"), numbers("temp_min")])
start = numpy.array([[0, 5, 0], [0, 30, 15], [10, 10, 5], [30, 10, 5]], dtype=float)
groups = KMeans(4, init=start, n_init=1, tol=0, algorithm="lloyd").fit(points)
expected["kmeans cluster"] = groups.labels_
best = KMeans(4, n_init=50, tol=0, algorithm="lloyd", random_state=0).fit(points)
expected["kmeans inertia"] = numpy.full(len(rows), best.inertia_)


def written(value):
    if isinstance(value, str):
        return value
    return "" if numpy.isnan(value) else repr(float(value))


with open(HERE / "data/expected.csv", "w", newline="", encoding="utf-8") as target:
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(expected)
    for row in zip(*expected.values()):
        writer.writerow([written(value) for value in row])
