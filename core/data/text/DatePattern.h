// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "data/Value.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// How dates are written, such as "dd.MM.yyyy HH:mm": taken apart once, then quick for any number of texts. A regular
/// value; may be used by several threads at a time. What may stand in it (all names are English):
///
///     yyyy  2024      yy   24 (1970 to 2069)
///     MM    03        M    3        MMM  Mar      MMMM  March
///     dd    07        d    7        EEE  Thu      EEEE  Thursday
///     HH    15        H    15       hh   03       h     3         a  PM
///     mm    04        m    4        ss   05       s     5
///     SSS   678       one to nine digits of the second's fraction
///     XXX   +02:00    XX   +0200    X    +02      Z for UTC; each reads the others too
///     'at'  at        ''   one quote
///
/// Signs, blanks and "T" stand for themselves; other letters are kept for later. Two letters are exactly two digits, one
/// is one or two. Month and day are never guessed, and reading ignores whether letters are small or capital.
class DatePattern
{
public:
    /// Fails ("parse") where the pattern can't be understood, or where no date can be read with it: it needs year, month
    /// and day, nothing twice, and with "h" an "a".
    static Result<DatePattern> forReading(std::string_view pattern);
    /// Fails ("parse") where the pattern can't be understood.
    static Result<DatePattern> forWriting(std::string_view pattern);

    /// False where the text isn't written like that, or is no day or time of the calendar. Without an offset in the
    /// pattern it is read as UTC (a timestamp without a zone). Only of forReading().
    bool parse(std::string_view text, Timestamp &moment) const;
    /// Appends the moment as its own clock shows it: `zoneMinutes` from UTC. Years are 0 to 9999.
    void append(std::string &text, const Timestamp &moment) const;

    /// Whether texts say their offset from UTC themselves.
    bool hasOffset() const { return has(Part::Offset); }
    bool hasTime() const { return has(Part::Hour) || has(Part::HalfDayHour); }

    bool operator==(const DatePattern &) const = default;

private:
    enum class Part : uint8_t {
        Literal,
        Year,
        ShortYear,
        Month,
        MonthName,
        Day,
        DayName,
        Hour,
        HalfDayHour,
        HalfDay,
        Minute,
        Second,
        Fraction,
        Offset
    };

    struct Piece
    {
        Part part = Part::Literal;
        uint8_t width = 0;   ///< of numbers: digits, 1: one or two; of names: letters, 4: the whole name
        std::string literal; ///< what stands for itself

        bool operator==(const Piece &) const = default;
    };
    struct Reading;

    Result<> takeApart(std::string_view pattern);
    Result<> addLetters(char letter, size_t count);
    Result<> checkReading(std::string_view pattern) const;
    void addLiteral(char c);
    bool has(Part part) const;
    static bool read(const Piece &piece, std::string_view &text, Reading &reading);
    static bool readOffset(std::string_view &text, Reading &reading);
    bool finish(const Reading &reading, Timestamp &moment) const;

    std::vector<Piece> m_pieces;
};

} // namespace millrace
