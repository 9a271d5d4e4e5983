// SPDX-License-Identifier: MIT
#pragma once

#include "formats/text/FieldRules.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// What a column of a sample tells of the signs that its numbers are written with: the first value of each kind, empty where there is none.
struct CsvColumnSigns
{
    bool areNumbers = true; ///< all its values, if either sign may be the decimal one, and the other one between groups
    std::string comma;      ///< that has a comma which is surely a decimal sign: 1,5
    std::string point;      ///< the same for a point
    std::string groups;     ///< whose points may stand between groups of three digits: 1.234

    void add(std::string_view text, const FieldRules &rules);
};

/// Which decimal sign the columns of a sample have.
struct CsvDecimalGuess
{
    bool isComma = false;
    std::string warning;   ///< a sentence that names two values which contradict each other; empty: none does
    bool hasRival = false; ///< the other sign may be meant as well
};

/// `names` and `signs`: of each column. `hasCommas`: with a comma as the decimal sign some column becomes one of numbers.
CsvDecimalGuess guessCsvDecimal(const std::vector<std::string> &names,
                                const std::vector<CsvColumnSigns> &signs,
                                bool hasCommas);

} // namespace millrace
