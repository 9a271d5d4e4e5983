// SPDX-License-Identifier: MIT
#pragma once

#include "data/Value.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace millrace {

class Operand;
struct ValueCaches;
struct Operation;

/// Why an operation could not be done. The message is the label of the argument to blame, then the text.
struct Fault
{
    int argument = -1; ///< from 0; -1: none is to blame
    std::string kind;
    std::string text; ///< `"12,50" is not a number`

    std::string messageFor(std::string_view label) const;
};

/// An operation to be done with single values: none of them is null unless the operation takes nulls.
struct OperationCall
{
    const Operation &operation;
    std::span<const Value> arguments;
    ValueCaches &caches;
    Value &result;
    Fault &fault;

    /// Returns false.
    bool fail(int argument, std::string_view problem, std::string text) const;
};

/// An operation to be done with whole columns.
struct ColumnCall
{
    const Operation &operation;
    std::span<const Operand *const> operands; ///< one or two
    size_t rows = 0;                          ///< of the batch, for all operands may be constants
    const uint8_t *active = nullptr;          ///< a byte a row, 0: its value isn't wanted; null: all are
    ValueCaches &caches;
    Operand &result;
};

enum class OperationGroup : uint8_t { Arithmetic, Bitwise, Comparison, Logic, Math, Text, Date };

/// What an operation gives where it gives no null.
enum class Gives : uint8_t {
    Number,
    Boolean,
    Text,
    Timestamp,
    Sum,    ///< a text where one operand is a text, else a number
    Operand ///< one of its operands
};

/// One operation of the expression language: an operator or a function, its meaning, and what is known of it. All of them
/// are rows of the table operations(), which the parser, the columns, the scripts, the completion and the reference read:
/// a new one is one more row.
struct Operation
{
    std::string_view name = {};      ///< "round"; of an operator its sign
    std::string_view signature = {}; ///< of a function: "round(x, digits)"
    std::string_view help = {};      ///< a sentence
    OperationGroup group = OperationGroup::Arithmetic;
    int fewest = 1, most = 1; ///< operands; most -1: any number
    int level = 0;            ///< of an operator between two operands: a higher one binds closer
    Gives gives = Gives::Number;
    /// Its meaning, which all else must agree with. False: the call's fault says why not. Null: the operation decides
    /// which of its operands are computed at all, so that it is a node of its own kind.
    bool (*compute)(const OperationCall &call) = nullptr;
    /// For packed numbers or texts. False: nothing was done, for other kinds of operands, or where a row may fail. Null:
    /// row by row.
    bool (*computeColumns)(const ColumnCall &call) = nullptr;
    // What the script engine does by itself as it is meant: an expression over a (and b), where they are numbers, texts, or
    // anything. Empty: it asks for compute().
    std::string_view scriptOfNumbers = {};
    std::string_view scriptOfTexts = {};
    std::string_view scriptOfAny = {};
    bool readsTexts = false;   ///< texts that may be numbers or dates go to compute()
    bool takesNulls = false;   ///< else a null operand gives null
    bool takesSpread = false;  ///< f(...list)
    bool takesPattern = false; ///< its second operand may be a regular expression between slashes
    bool isOfMath = false;     ///< Math has it by the same name

    bool isFunction() const { return !signature.empty(); }
};

} // namespace millrace
