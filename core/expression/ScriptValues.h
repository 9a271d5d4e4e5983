// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "data/Value.h"

class QJSEngine;
class QJSValue;

namespace millrace {

/// A value as the script engine has it: numbers are doubles, a timestamp is a Date that remembers how it was written,
/// bytes are an ArrayBuffer.
QJSValue toScript(QJSEngine &engine, const Value &value);

/// Back again: undefined is null; whole numbers within lists and objects are integers. Fails for functions and what is
/// nested without end.
Result<Value> fromScript(QJSEngine &engine, const QJSValue &value);

} // namespace millrace
