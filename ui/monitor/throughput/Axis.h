// SPDX-License-Identifier: MIT
#pragma once

namespace millrace {

/// The smallest of 1, 2, 5, 10, … that is at least `value`.
double niceCeiling(double value);

/// Which seconds of a run are shown: all of them, also as they become more, or a part that was zoomed to. Plain value.
class TimeStretch
{
public:
    static constexpr double Least = 0.5;    ///< seconds: nothing is seen closer
    static constexpr double Shortest = 5.0; ///< seconds that a run of less is drawn on

    double from() const { return m_from; }
    double to() const { return m_to; }
    double length() const { return m_to - m_from; }
    bool isAll() const { return m_isAll; }

    /// The run has become that long. A part that was zoomed to stays.
    void follow(double end);
    void showAll();
    /// Of the run; in any order, and as far as it goes.
    void show(double from, double to);
    /// `factor` above 1 shows fewer seconds; what is at that second stays where it is.
    void zoom(double factor, double at);
    /// Earlier or later by seconds, as far as the run goes.
    void move(double seconds);

private:
    double m_end = Shortest, m_from = 0, m_to = Shortest;
    bool m_isAll = true;
};

} // namespace millrace
