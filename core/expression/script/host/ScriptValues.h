// SPDX-License-Identifier: MIT
#pragma once

#include "data/Column.h"
#include "data/Result.h"
#include "data/Value.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

class QJSEngine;
class QJSValue;

namespace millrace {

class ScriptGuard;

/// Whole milliseconds of a moment, rounded down: all that a Date knows of it.
int64_t millisecondsOf(const Timestamp &moment);

/// Carries values into a script engine and back. Everything that a script has made may run code of its own when it is looked at
/// (getters, proxies), so that both are within ScriptGuard's begin() and end().
class ScriptValues
{
public:
    /// Both must outlive it.
    ScriptValues(QJSEngine &engine, const ScriptGuard &guard);
    ~ScriptValues();
    ScriptValues(const ScriptValues &) = delete;
    ScriptValues &operator=(const ScriptValues &) = delete;

    /// A value as the script engine has it: numbers are doubles, an integer that has more digits than these is an object that
    /// only says its digits, a timestamp is a Date that remembers how it was written (in its
    /// property `$written`), bytes are an ArrayBuffer.
    QJSValue toScript(const Value &value);
    QJSValue toScript(const Column &column, size_t row);
    QJSValue textToScript(std::string_view text);
    /// What a Date of that moment has as `$written`, where that is a number: any of some thirty ways of writing a moment.
    std::optional<double> writtenAs(const Timestamp &moment);
    /// Whether it is the object for an integer of more digits.
    bool isLongInteger(const QJSValue &value);
    /// So much text went in or came out (see collectGarbage()).
    void count(uint64_t bytes);

    /// Back again: undefined is null; whole numbers within lists and objects are integers. Fails for functions and what is nested
    /// without end.
    Result<Value> fromScript(const QJSValue &value);
    /// The same of a value within an object.
    Result<Value> memberFromScript(const QJSValue &value);

    /// Has the engine collect its garbage when the texts and bytes that went through here since the last time are large: it
    /// counts values, not what they hold.
    void collectGarbage();

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace millrace
