// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace millrace {

/// Least squares of rows that come one by one, without the loss of digits that normal equations have: a triangle into which each
/// row is turned by Givens rotations. W. M. Gentleman, "Least squares computations by Givens transformations without square
/// roots", J. Inst. Maths Applics 12 (1973); here with square roots. Memory doesn't grow with the rows.
class LeastSquares
{
public:
    /// `width`: of a row, whose last entry is to be said by a sum of multiples of the others.
    explicit LeastSquares(size_t width = 0) : m_width(width), m_triangle(width * width, 0.0) {}

    size_t width() const { return m_width; }
    /// Changes the row.
    void add(std::span<double> row)
    {
        for (size_t i = 0; i < m_width; ++i) {
            if (row[i] == 0)
                continue;
            double *const own = &m_triangle[i * m_width];
            const double length = std::hypot(own[i], row[i]), cosine = own[i] / length, sine = row[i] / length;
            for (size_t j = i; j < m_width; ++j) {
                const double turned = cosine * own[j] + sine * row[j];
                row[j] = cosine * row[j] - sine * own[j];
                own[j] = turned;
            }
        }
    }
    /// As if the other's rows had been added here.
    void merge(const LeastSquares &other)
    {
        std::vector<double> row(m_width);
        for (size_t i = 0; i < m_width; ++i) {
            row.assign(&other.m_triangle[i * m_width], &other.m_triangle[i * m_width] + m_width);
            add(row);
        }
    }
    /// The first column that the ones before it say already, so that no single solution exists.
    std::optional<size_t> dependentColumn() const
    {
        constexpr double Rounding = 1e3 * std::numeric_limits<double>::epsilon();
        for (size_t column = 0; column + 1 < m_width; ++column) {
            double squares = 0;
            for (size_t row = 0; row <= column; ++row)
                squares += at(row, column) * at(row, column);
            if (!(std::abs(at(column, column)) > Rounding * std::sqrt(squares)))
                return column;
        }
        return {};
    }
    /// The multiples, one a column but the last. Only where no column is dependent.
    std::vector<double> solve() const
    {
        std::vector<double> multiples(m_width - 1);
        for (size_t i = multiples.size(); i-- > 0;) {
            double rest = at(i, m_width - 1);
            for (size_t j = i + 1; j < multiples.size(); ++j)
                rest -= at(i, j) * multiples[j];
            multiples[i] = rest / at(i, i);
        }
        return multiples;
    }

private:
    double at(size_t row, size_t column) const { return m_triangle[row * m_width + column]; }

    size_t m_width;
    std::vector<double> m_triangle; ///< row by row; 0 below the diagonal
};

} // namespace millrace
