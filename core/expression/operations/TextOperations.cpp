// SPDX-License-Identifier: MIT
#include "expression/operations/TextOperations.h"

#include "expression/operations/ComparisonOperations.h"
#include "expression/operations/Loops.h"
#include "expression/operations/NumberOperations.h"
#include "expression/operations/Operations.h"
#include "expression/values/Arithmetic.h"
#include "expression/values/ValueCaches.h"
#include "expression/values/ValueReading.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace millrace {

namespace {

using Kind = Operand::Kind;
using Piece = std::string_view;

bool setText(const OperationCall &call, std::string_view text)
{
    call.result = Value(text);
    return true;
}

bool setTruth(const OperationCall &call, bool truth)
{
    call.result = Value(truth);
    return true;
}

/// Upper or lower case of all rows: of ASCII in one go over what was put together.
bool changeCase(const ColumnCall &call, bool isUpper)
{
    if (!areTexts(call))
        return false;
    const Operand &a = *call.operands[0];
    Operand &result = call.result;
    const size_t rows = call.rows;
    result.copyTexts(a, rows);
    const char first = isUpper ? 'a' : 'A';
    unsigned char all = 0;
    for (const char c : result.arena())
        all |= static_cast<unsigned char>(c);
    if (all < 0x80) {
        for (char &c : result.arena())
            c = char(c ^ (static_cast<unsigned char>(c - first) < 26 ? 0x20 : 0));
        return true;
    }
    result.setTexts(rows);
    for (size_t i = 0; i < rows; ++i) {
        if (a.isNull(i))
            result.appendNull();
        else
            result.appendText(isUpper ? upperText(a.text(i)) : lowerText(a.text(i)));
    }
    return true;
}

/// Texts of all rows of one operand, made by a function that appends them to the arena.
template <class Append>
bool makeTexts(const ColumnCall &call, Append append)
{
    const Operand &a = *call.operands[0];
    call.result.setTexts(call.rows);
    for (size_t i = 0; i < call.rows; ++i) {
        if (a.isNull(i)) {
            call.result.appendNull();
            continue;
        }
        append(call.result.arena(), i);
        call.result.finishText();
    }
    return true;
}

template <class Function>
bool testTexts(const ColumnCall &call, Function function)
{
    if (!areTexts(call))
        return false;
    loopOverTexts(*call.operands[0], *call.operands[1], call.rows, call.result.setBooleans(call.rows), function);
    uniteTextNulls(call);
    return true;
}

bool isIn(const Value &whole, const Value &part)
{
    if (!whole.isList())
        return findPart(toPlain(whole), toPlain(part)) != std::string::npos;
    const List &list = whole.toList();
    return std::any_of(list.begin(), list.end(), [&](const Value &element) { return looselyEqual(element, part); });
}

void appendMixed(const Operand &operand, size_t row, std::string &arena)
{
    if (operand.kind() == Kind::Text)
        arena.append(operand.text(row));
    else
        appendNumber(arena, operand.number(row));
}

/// False also where they become too long: row by row it is said which do.
bool joinColumns(const ColumnCall &call)
{
    const Operand &a = *call.operands[0], &b = *call.operands[1];
    const auto isPlain = [](const Operand &operand) {
        return operand.kind() == Kind::Text || operand.kind() == Kind::Number;
    };
    if (!isPlain(a) || !isPlain(b))
        return false;
    call.result.setTexts(call.rows);
    for (size_t i = 0; i < call.rows; ++i) {
        if (a.isNull(i) || b.isNull(i)) {
            call.result.appendNull();
            continue;
        }
        appendMixed(a, i, call.result.arena());
        appendMixed(b, i, call.result.arena());
        call.result.finishText();
        if (call.result.arena().size() > MostTextBytes)
            return false;
    }
    return true;
}

} // namespace

bool computeLower(const OperationCall &call)
{
    return setText(call, lowerText(toPlain(call.arguments[0])));
}

bool lowerColumn(const ColumnCall &call)
{
    return changeCase(call, false);
}

bool computeUpper(const OperationCall &call)
{
    return setText(call, upperText(toPlain(call.arguments[0])));
}

bool upperColumn(const ColumnCall &call)
{
    return changeCase(call, true);
}

bool computeTrim(const OperationCall &call)
{
    return setText(call, trimmed(toPlain(call.arguments[0])));
}

bool trimColumn(const ColumnCall &call)
{
    const Operand &a = *call.operands[0];
    return areTexts(call)
           && makeTexts(call, [&a](std::string &arena, size_t row) { arena.append(trimmed(a.text(row))); });
}

bool computeText(const OperationCall &call)
{
    const Value &value = call.arguments[0];
    call.result = value.isText() ? value : Value(toPlain(value));
    return true;
}

bool textColumn(const ColumnCall &call)
{
    const Operand &a = *call.operands[0];
    return (a.kind() == Kind::Text || a.kind() == Kind::Number)
           && makeTexts(call, [&a](std::string &arena, size_t row) { appendMixed(a, row, arena); });
}

bool computeContains(const OperationCall &call)
{
    return setTruth(call, isIn(call.arguments[0], call.arguments[1]));
}

bool containsColumns(const ColumnCall &call)
{
    return testTexts(call, [](Piece text, Piece part) { return findPart(text, part) != Piece::npos; });
}

bool computeStartsWith(const OperationCall &call)
{
    return setTruth(call, toPlain(call.arguments[0]).starts_with(toPlain(call.arguments[1])));
}

bool startsWithColumns(const ColumnCall &call)
{
    return testTexts(call, [](Piece text, Piece part) { return text.starts_with(part); });
}

bool computeEndsWith(const OperationCall &call)
{
    return setTruth(call, toPlain(call.arguments[0]).ends_with(toPlain(call.arguments[1])));
}

bool endsWithColumns(const ColumnCall &call)
{
    return testTexts(call, [](Piece text, Piece part) { return text.ends_with(part); });
}

bool computeReplace(const OperationCall &call)
{
    const std::string text = toPlain(call.arguments[0]), what = toPlain(call.arguments[1]),
                      with = toPlain(call.arguments[2]);
    if (with.size() > what.size() && lengthAfterReplacing(text, what, with) > LongestText) {
        call.fault = tooLongText();
        return false;
    }
    return setText(call, replaceAll(text, what, with));
}

bool computeMatches(const OperationCall &call)
{
    const std::string written = toPlain(call.arguments[1]);
    switch (call.caches.patterns.find(written, toPlain(call.arguments[0]))) {
    case PatternCache::Answer::WrongPattern: return call.fail(-1, ErrorKind::Type, patternProblem(written));
    case PatternCache::Answer::GaveUp:
        return call.fail(0, ErrorKind::Type,
                         shownValue(call.arguments[0]) + " takes the regular expression "
                             + shownValue(call.arguments[1]) + " too long");
    case PatternCache::Answer::Found: return setTruth(call, true);
    case PatternCache::Answer::NotFound: return setTruth(call, false);
    }
    return false;
}

/// False also where a text was too hard for the pattern: it is done again row by row, to say which.
bool matchesColumn(const ColumnCall &call)
{
    const Operand &texts = *call.operands[0], &pattern = *call.operands[1];
    if (!areTexts(call) || !pattern.isConstant() || texts.isConstant())
        return false;
    uint8_t *out = call.result.setBooleans(call.rows);
    for (size_t i = 0; i < call.rows; ++i) {
        const auto answer = call.caches.patterns.find(pattern.text(0), texts.text(i));
        if (answer != PatternCache::Answer::Found && answer != PatternCache::Answer::NotFound)
            return false;
        out[i] = answer == PatternCache::Answer::Found;
    }
    uniteTextNulls(call);
    return true;
}

bool computeSum(const OperationCall &call)
{
    if (!call.arguments[0].isText() && !call.arguments[1].isText())
        return ofNumbers<Reals::plus, Exactly::sum>(call);
    std::string text = toPlain(call.arguments[0]);
    appendPlain(text, call.arguments[1]);
    call.result = Value(text);
    return true;
}

bool addColumns(const ColumnCall &call)
{
    return areNumbers(call) ? columnsOfNumbers<Reals::plus>(call) : joinColumns(call);
}

Fault tooLongText()
{
    return {
        -1, "memory",
        "The expression makes texts of more than 256 MiB, or of more than 1 GiB for a batch; make them shorter, or the "
        "batches smaller."};
}

size_t findPart(std::string_view text, std::string_view part, size_t from)
{
    if (from > text.size())
        return std::string_view::npos;
    if (part.empty())
        return from;
    if (text.size() - from < part.size())
        return std::string_view::npos;
    const char *const begin = text.data() + from;
    const size_t length = text.size() - from;
    const void *const found =
        part.size() == 1 ? std::memchr(begin, part.front(), length) : ::memmem(begin, length, part.data(), part.size());
    return found ? size_t(static_cast<const char *>(found) - text.data()) : std::string_view::npos;
}

size_t lengthAfterReplacing(std::string_view text, std::string_view what, std::string_view with)
{
    size_t length = text.size();
    if (what.empty() || with.size() <= what.size())
        return length;
    for (size_t at = findPart(text, what); at != std::string_view::npos; at = findPart(text, what, at + what.size()))
        length += with.size() - what.size();
    return length;
}

std::string replaceAll(std::string_view text, std::string_view what, std::string_view with)
{
    std::string result;
    size_t at = 0;
    for (size_t found = findPart(text, what); !what.empty() && found != std::string_view::npos;
         found = findPart(text, what, at)) {
        result.append(text.substr(at, found - at));
        result.append(with);
        at = found + what.size();
    }
    result.append(text.substr(at));
    return result;
}

} // namespace millrace
