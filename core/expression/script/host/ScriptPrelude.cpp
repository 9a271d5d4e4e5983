// SPDX-License-Identifier: MIT
#include "expression/operations/OperationTable.h"
#include "expression/script/ScriptSource.h"
#include "expression/values/Words.h"

#include <string_view>

namespace millrace {

namespace {

/// The function of an operation: what the script engine does by itself, else a call.
void appendFunction(std::string &code, const Operation &operation)
{
    const bool hasOne = operation.most == 1, hasTwo = operation.fewest == 2 && operation.most == 2;
    const std::string_view parameters = hasOne ? "a" : hasTwo ? "a, b" : "...values";
    code += joined({"result.", scriptName(operation), " = function(id, ", parameters, ") {"});
    const auto quick = [&](std::string_view type, std::string_view expression, std::string_view condition = {}) {
        const std::string second = hasOne ? "" : joined({" && typeof b === \"", type, "\""});
        if (expression.empty())
            return;
        code += joined({" if (typeof a === \"", type, "\"", second, condition, ") "});
        // What isn't finite fails, and whole numbers that a script's numbers have not enough digits for are computed exactly
        if (type == "number" && operation.gives != Gives::Boolean)
            code += joined(
                {"{ const r = ", expression, "; if (r > -9007199254740992 && r < 9007199254740992) return r; }"});
        else
            code += joined({"return ", expression, ";"});
    };
    quick("number", operation.scriptOfNumbers);
    quick("string", operation.scriptOfTexts, operation.readsTexts ? " && !(mayBeRead(a) && mayBeRead(b))" : "");
    if (operation.scriptOfAny.empty())
        code += joined({" return native.apply(", std::to_string(indexOf(operation)), ", id, ",
                        hasOne || hasTwo ? joined({"[", parameters, "]"}) : "values", ");"});
    else
        code += joined({" return ", operation.scriptOfAny, ";"});
    code += " };\n";
}

} // namespace

std::string scriptName(const Operation &operation)
{
    return joined({"$", std::to_string(indexOf(operation))});
}

std::string scriptPrelude()
{
    std::string code = R"((function(native) { "use strict"; const result = {};
result.$notCallable = (id) => native.notCallable(id);
result.$locate = (id) => native.locate(id);
result.$apply = function(operation, id, values) { return native.apply(operation, id, values); };
// Whether a text begins as numbers and dates do.
const mayBeRead = (text) => { const c = text.charCodeAt(0); return c >= 48 && c <= 57 || c === 43 || c === 45 || c === 46; };
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
result.$long = (digits) => native.longInteger(digits);
result.$typeof = (value) => native.isLongInteger(value) ? "number" : typeof value;
result.$in = function(a, b) { return a === null || a === undefined || b === null || b === undefined ? null : a in b; };
)";
    for (const Operation &operation : operations())
        appendFunction(code, operation);
    return code + "return result; })";
}

} // namespace millrace
