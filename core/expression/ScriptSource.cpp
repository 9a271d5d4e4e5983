// SPDX-License-Identifier: MIT
#include "expression/ScriptSource.h"

#include "expression/Operations.h"
#include "expression/Words.h"

#include <algorithm>
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

std::string nameOf(Operation operation)
{
    return joined({"$", std::to_string(int(operation))});
}

class Writer
{
public:
    explicit Writer(const Ast &ast) : m_ast(ast) {}

    std::string write();

private:
    void node(uint32_t id);
    void literal(const Value &value);
    void operation(uint32_t id, const Node &node);
    void call(uint32_t id, const Node &node);
    void arrow(const Node &node);
    void pattern(uint32_t id);
    void object(const Node &node);
    void all(const Node &node, size_t first, std::string_view between, std::string_view open, std::string_view close);
    const Ast &m_ast;
    std::string m_code;
};

std::string Writer::write()
{
    m_code = "(function($) { const {";
    std::vector<bool> isUsed(256);
    for (const Node &node : m_ast.nodes) {
        if (node.kind == NodeKind::Operation && !isUsed[size_t(node.operation)]) {
            isUsed[size_t(node.operation)] = true;
            m_code += nameOf(node.operation) + ", ";
        }
    }
    m_code += "$apply, $call, $method, $new, $math, $in} = $; return function(";
    for (size_t i = 0; i < m_ast.fields.size(); ++i)
        m_code += joined({"$f", std::to_string(i), ", "});
    m_code += "$i, $d) { return ";
    node(m_ast.root);
    m_code += "; }; })";
    return std::move(m_code);
}

void Writer::all(
    const Node &node, size_t first, std::string_view between, std::string_view open, std::string_view close)
{
    m_code += open;
    for (size_t i = first; i < node.children.size(); ++i) {
        if (i > first)
            m_code += between;
        this->node(node.children[i]);
    }
    m_code += close;
}

void Writer::node(uint32_t id)
{
    const Node &node = m_ast.nodes[id];
    switch (node.kind) {
    case NodeKind::Literal: literal(node.value); break;
    case NodeKind::Field: m_code += joined({"$f", std::to_string(node.slot)}); break;
    case NodeKind::Id: m_code += "$d"; break;
    case NodeKind::Item: m_code += "$i"; break;
    case NodeKind::Operation: operation(id, node); break;
    case NodeKind::And: all(node, 0, " && ", "(", ")"); break;
    case NodeKind::Or: all(node, 0, " || ", "(", ")"); break;
    case NodeKind::Coalesce: all(node, 0, " ?? ", "(", ")"); break;
    case NodeKind::Conditional:
        m_code += '(';
        this->node(node.children[0]);
        m_code += " ? ";
        this->node(node.children[1]);
        m_code += " : ";
        this->node(node.children[2]);
        m_code += ')';
        break;
    case NodeKind::Parameter:
    case NodeKind::Rest:
    case NodeKind::ListPattern:
    case NodeKind::ObjectPattern: pattern(id); break;
    case NodeKind::Arrow: arrow(node); break;
    case NodeKind::Global:
    case NodeKind::Regex: m_code += node.text; break;
    case NodeKind::Member:
        this->node(node.children[0]);
        m_code += joined({"?.", node.text});
        break;
    case NodeKind::Index:
        this->node(node.children[0]);
        m_code += "?.[";
        this->node(node.children[1]);
        m_code += ']';
        break;
    case NodeKind::Call:
    case NodeKind::New: call(id, node); break;
    case NodeKind::MathCall:
        m_code += joined({"$math(", std::to_string(id), ", Math.", node.text});
        all(node, 0, ", ", ", [", "])");
        break;
    case NodeKind::List: all(node, 0, ", ", "[", "]"); break;
    case NodeKind::Object: object(node); break;
    case NodeKind::Spread: all(node, 0, "", "...", ""); break;
    case NodeKind::TypeOf: all(node, 0, "", "(typeof ", ")"); break;
    case NodeKind::In: all(node, 0, ", ", "$in(", ")"); break;
    case NodeKind::InstanceOf: all(node, 0, " instanceof ", "(", ")"); break;
    }
}

void Writer::literal(const Value &value)
{
    if (value.isText())
        m_code += scriptText(value.toText());
    else if (value.isNumber())
        m_code += value.toReal() == 0 ? (1 / value.toReal() < 0 ? "(-0)" : "(0)")
                                      : joined({"(", formatNumber(value.toReal()), ")"});
    else
        m_code += value.isNull() ? "null" : value.toBoolean() ? "true" : "false";
}

void Writer::operation(uint32_t id, const Node &node)
{
    const bool hasSpread = std::any_of(node.children.begin(), node.children.end(),
                                       [&](uint32_t child) { return m_ast.nodes[child].kind == NodeKind::Spread; });
    if (node.operation == Not) {
        all(node, 0, "", "(!", ")");
    } else if (node.children.size() > 2 || hasSpread) {
        m_code += joined({"$apply(", std::to_string(int(node.operation)), ", ", std::to_string(id)});
        all(node, 0, ", ", ", [", "])");
    } else {
        m_code += joined({nameOf(node.operation), "(", std::to_string(id)});
        all(node, 0, ", ", ", ", ")");
    }
}

void Writer::call(uint32_t id, const Node &node)
{
    const Node &callee = m_ast.nodes[node.children[0]];
    const bool isMember = callee.kind == NodeKind::Member || callee.kind == NodeKind::Index;
    m_code += joined({node.kind == NodeKind::New ? "$new("
                      : isMember                 ? "$method("
                                                 : "$call(",
                      std::to_string(id), ", "});
    this->node(isMember ? callee.children[0] : node.children[0]);
    if (callee.kind == NodeKind::Member) {
        m_code += joined({", ", scriptText(callee.text)});
    } else if (callee.kind == NodeKind::Index) {
        m_code += ", ";
        this->node(callee.children[1]);
    }
    all(node, 1, ", ", node.children.size() > 1 ? ", " : "", ")");
}

void Writer::arrow(const Node &node)
{
    m_code += "((";
    for (size_t i = 0; i + 1 < node.children.size(); ++i) {
        m_code += i ? ", " : "";
        pattern(node.children[i]);
    }
    m_code += ") => ";
    this->node(node.children.back());
    m_code += ')';
}

void Writer::pattern(uint32_t id)
{
    const Node &node = m_ast.nodes[id];
    if (node.kind == NodeKind::Parameter) {
        m_code += joined({"_", std::to_string(node.slot)});
        return;
    }
    if (node.kind == NodeKind::Rest) {
        m_code += "...";
        pattern(node.children[0]);
        return;
    }
    const bool isList = node.kind == NodeKind::ListPattern;
    std::string_view names = node.text;
    m_code += isList ? "[" : "{";
    for (size_t i = 0; i < node.children.size(); ++i) {
        m_code += i ? ", " : "";
        if (!isList) {
            const size_t end = names.find('\n');
            m_code += scriptText(names.substr(0, end)) + ": ";
            names.remove_prefix(end + 1);
        }
        pattern(node.children[i]);
    }
    m_code += isList ? "]" : "}";
}

void Writer::object(const Node &node)
{
    m_code += "({";
    for (size_t i = 0; i + 1 < node.children.size(); i += 2) {
        m_code += i ? ", [" : "[";
        this->node(node.children[i]);
        m_code += "]: ";
        this->node(node.children[i + 1]);
    }
    m_code += "})";
}

void appendHelper(std::string &code, Operation operation, std::string_view parameters, std::string_view quick)
{
    const std::string number = std::to_string(int(operation));
    code += joined({"result.", nameOf(operation), " = function(id, ", parameters, ") {", quick, " return native.apply(",
                    number, ", id, [", parameters, "]); };\n"});
}

} // namespace

std::string scriptText(std::string_view text)
{
    std::string json;
    appendJsonText(json, text);
    // Line ends to JavaScript, not to JSON
    return replaceAll(replaceAll(json, "\u2028", "\\u2028"), "\u2029", "\\u2029");
}

std::string scriptSource(const Ast &ast)
{
    return Writer(ast).write();
}

std::string scriptPrelude()
{
    std::string code = R"((function(native) { "use strict"; const result = {};
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
        code += joined({"result.", nameOf(operation), " = function(id, ...values) { return native.apply(", number,
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
    code += joined({"result.", nameOf(IsNull), " = function(id, a) { return a === null || a === undefined; };\n"});
    return code + "return result; })";
}

} // namespace millrace
