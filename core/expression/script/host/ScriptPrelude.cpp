// SPDX-License-Identifier: MIT
#include "expression/columns/Operations.h"
#include "expression/language/Words.h"
#include "expression/script/ScriptSource.h"

#include <array>
#include <string_view>

namespace millrace {

namespace {

using enum Operation;

/// What the script engine does by itself as we mean it, where both operands (or the one) are numbers.
struct QuickPath
{
    Operation operation;
    std::string_view numbers;
    bool isAlsoForTexts = false;
};

constexpr std::array TwoNumbers{
    QuickPath{Add, "a + b", true},
    QuickPath{Subtract, "a - b"},
    QuickPath{Multiply, "a * b"},
    QuickPath{Divide, "a / b"},
    QuickPath{Remainder, "a % b"},
    QuickPath{Power, "b !== b ? NaN : a ** b"}, // Qt 6.4 takes 1 ** NaN for 1
    QuickPath{Pow, "b !== b ? NaN : a ** b"},
    QuickPath{BitAnd, "a & b"},
    QuickPath{BitOr, "a | b"},
    QuickPath{BitXor, "a ^ b"},
    QuickPath{ShiftLeft, "a << b"},
    QuickPath{ShiftRight, "a >> b"},
    QuickPath{ShiftRightUnsigned, "a >>> b"},
    QuickPath{Less, "a < b", true},
    QuickPath{LessEqual, "a <= b", true},
    QuickPath{Greater, "a > b", true},
    QuickPath{GreaterEqual, "a >= b", true},
    QuickPath{Equal, "a === b", true},
    QuickPath{NotEqual, "a !== b", true},
    QuickPath{StrictEqual, "a === b", true},
    QuickPath{StrictNotEqual, "a !== b", true},
};

constexpr std::array OneNumber{
    QuickPath{Negate, "-a"},           QuickPath{Plus, "a"},
    QuickPath{BitNot, "~a"},           QuickPath{Abs, "Math.abs(a)"},
    QuickPath{Floor, "Math.floor(a)"}, QuickPath{Ceil, "Math.ceil(a)"},
    QuickPath{Sqrt, "Math.sqrt(a)"},   QuickPath{Number, "a"},
};

void appendHelper(std::string &code, Operation operation, std::string_view parameters, std::string_view quick)
{
    const std::string number = std::to_string(int(operation));
    code += joined({"result.", scriptName(operation), " = function(id, ", parameters, ") {", quick,
                    " return native.apply(", number, ", id, [", parameters, "]); };\n"});
}

} // namespace

std::string scriptName(Operation operation)
{
    return joined({"$", std::to_string(int(operation))});
}

std::string scriptPrelude()
{
    std::string code = R"((function(native) { "use strict"; const result = {};
result.$notCallable = (id) => native.notCallable(id);
result.$locate = (id) => native.locate(id);
result.$apply = function(operation, id, values) { return native.apply(operation, id, values); };
const isNone = (value) => value === null || value === undefined;
// Of numbers, texts and dates every argument is an operand, of lists an element; a locale may be left open.
function hasNullOperand(object, name, values) {
    if (typeof object === "object" && !(object instanceof Date) || typeof object === "function" && object !== Date)
        return false;
    const operands = String(name).includes("ocale") ? values.slice(0, name === "localeCompare" ? 1 : 0) : values;
    return operands.some(isNone);
}
function call(id, work) {
    try { return work(); } catch (error) { native.locate(id); throw error; }
}
result.$call = function(id, f, ...values) {
    if (f === null || f === undefined) return null;
    if (typeof f !== "function") return native.notCallable(id);
    const isOfText = f === parseInt || f === parseFloat || f === isNaN || f === isFinite || f === Number || f === String
        || f === encodeURI || f === decodeURI || f === encodeURIComponent || f === decodeURIComponent;
    return isOfText && (values[0] === null || values[0] === undefined) ? null : call(id, () => f(...values));
};
result.$method = function(id, object, name, ...values) {
    if (object === null || object === undefined) return null;
    if (typeof object[name] !== "function") return native.notCallable(id);
    if (hasNullOperand(object, name, values)) return null;
    return call(id, () => object[name](...values));
};
result.$new = function(id, f, ...values) {
    return f === Date && values.some(isNone) ? null : call(id, () => new f(...values));
};
result.$math = function(id, f, values) {
    for (let i = 0; i < values.length; ++i) {
        if (values[i] === null || values[i] === undefined) return null;
        if (typeof values[i] !== "number") values[i] = native.number(id, i, values[i]);
    }
    return f(...values);
};
result.$in = function(a, b) { return a === null || a === undefined || b === null || b === undefined ? null : a in b; };
)";
    for (int operation = 0; operation <= int(IsNull); ++operation)
        appendHelper(code, Operation(operation), operation <= int(StrictNotEqual) ? "a, b" : "a", "");
    for (const Operation operation : {Min, Max, Pow, Round, Contains, StartsWith, EndsWith, Matches}) {
        const std::string number = std::to_string(int(operation));
        code += joined({"result.", scriptName(operation), " = function(id, ...values) { return native.apply(", number,
                        ", id, values); };\n"});
    }
    for (const QuickPath &path : TwoNumbers) {
        std::string quick =
            joined({" if (typeof a === \"number\" && typeof b === \"number\") return ", path.numbers, ";"});
        if (path.isAlsoForTexts)
            quick += joined({" if (typeof a === \"string\" && typeof b === \"string\") return ", path.numbers, ";"});
        appendHelper(code, path.operation, "a, b", quick);
    }
    for (const QuickPath &path : OneNumber)
        appendHelper(code, path.operation, "a", joined({" if (typeof a === \"number\") return ", path.numbers, ";"}));
    code += joined({"result.", scriptName(IsNull), " = function(id, a) { return a === null || a === undefined; };\n"});
    return code + "return result; })";
}

} // namespace millrace
