// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstdint>
#include <span>

namespace millrace {

/// Count, mean and sum of squared differences from the mean, brought together from pieces without loss: T. F. Chan, G. H. Golub and
/// R. J. LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances", Stanford STAN-CS-79-773 (1979).
/// The mean is kept in two parts, so that the differences between pieces are exact even where the mean is far larger than they
/// are, and the order in which pieces come together doesn't show.
struct Moments
{
    uint64_t count = 0;
    double mean = 0;
    double rest = 0;    ///< what rounding took from the mean: the mean is mean + rest
    double squares = 0; ///< sum of (x - mean)²

    /// Two passes over the piece, so that a large mean costs no digits. NaNs are left out.
    static Moments of(std::span<const double> values)
    {
        Moments piece;
        double sum = 0;
        for (const double value : values) {
            if (!std::isnan(value)) {
                sum += value;
                ++piece.count;
            }
        }
        if (piece.count == 0)
            return piece;
        piece.mean = sum / double(piece.count);
        double lost = 0; // what the mean lost by rounding
        for (const double value : values) {
            if (!std::isnan(value)) {
                piece.squares += (value - piece.mean) * (value - piece.mean);
                lost += value - piece.mean;
            }
        }
        piece.squares -= lost * lost / double(piece.count);
        piece.moveMean(lost / double(piece.count));
        return piece;
    }

    void merge(const Moments &other)
    {
        if (other.count == 0)
            return;
        if (count == 0) {
            *this = other;
            return;
        }
        const auto all = double(count + other.count);
        const double difference = (other.mean - mean) + (other.rest - rest);
        squares += other.squares + difference * difference * (double(count) * double(other.count) / all);
        moveMean(difference * (double(other.count) / all));
        count += other.count;
    }

    /// Of the items themselves, divided by their number.
    double variance() const { return count > 0 ? squares / double(count) : 0; }

private:
    /// Adds without loss: D. E. Knuth, "The Art of Computer Programming", volume 2, 4.2.2, theorem B.
    void moveMean(double by)
    {
        by += rest;
        const double sum = mean + by;
        const double ofBy = sum - mean;
        rest = (mean - (sum - ofBy)) + (by - ofBy);
        mean = sum;
    }
};

} // namespace millrace
