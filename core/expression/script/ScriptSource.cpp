// SPDX-License-Identifier: MIT
#include "expression/script/ScriptSource.h"

#include "expression/operations/OperationTable.h"
#include "expression/operations/TextOperations.h"
#include "expression/values/Words.h"

#include <algorithm>
#include <string_view>

namespace millrace {

namespace {

class Writer
{
public:
    explicit Writer(const Ast &ast) : m_ast(ast) {}

    std::string write();

private:
    void node(uint32_t id);
    void literal(const Value &value);
    void longInteger(int64_t value);
    void operation(uint32_t id, const Node &node);
    void call(uint32_t id, const Node &node);
    bool hasOwnFunction(const Node &node) const;
    void addFunction(uint32_t id, const Node &node);
    void arrow(const Node &node);
    void pattern(uint32_t id);
    void object(const Node &node);
    void all(const Node &node, size_t first, std::string_view between, std::string_view open, std::string_view close);
    const Ast &m_ast;
    std::string m_code;
    std::string m_functions; ///< for calls of methods
};

std::string Writer::write()
{
    std::string head = "(function($) { const {";
    std::vector<bool> isUsed(operations().size());
    for (const Node &node : m_ast.nodes) {
        if (node.kind == NodeKind::Operation && !isUsed[indexOf(*node.operation)]) {
            isUsed[indexOf(*node.operation)] = true;
            head += scriptName(*node.operation) + ", ";
        }
    }
    head += "$apply, $call, $method, $notCallable, $locate, $new, $math, $in, $typeof, $long} = $;\n";
    m_code = "return function(";
    for (size_t i = 0; i < m_ast.fields.size(); ++i)
        m_code += joined({"$f", std::to_string(i), ", "});
    m_code += "$i, $d) { return ";
    node(m_ast.root);
    m_code += "; }; })";
    return head + m_functions + m_code;
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
    case NodeKind::TypeOf: all(node, 0, "", "$typeof(", ")"); break;
    case NodeKind::In: all(node, 0, ", ", "$in(", ")"); break;
    case NodeKind::InstanceOf: all(node, 0, " instanceof ", "(", ")"); break;
    }
}

void Writer::literal(const Value &value)
{
    if (value.isText())
        m_code += scriptText(value.toText());
    else if (value.isInteger())
        longInteger(value.toInteger());
    else if (value.isNumber())
        m_code += value.toReal() == 0 ? (1 / value.toReal() < 0 ? "(-0)" : "(0)")
                                      : joined({"(", formatNumber(value.toReal()), ")"});
    else
        m_code += value.isNull() ? "null" : value.toBoolean() ? "true" : "false";
}

/// Made once, not for each item.
void Writer::longInteger(int64_t value)
{
    const std::string digits = std::to_string(value), name = "$l" + (value < 0 ? "_" + digits.substr(1) : digits);
    const std::string made = joined({"const ", name, " = $long(\"", digits, "\");\n"});
    if (m_functions.find(made) == std::string::npos)
        m_functions += made;
    m_code += name;
}

void Writer::operation(uint32_t id, const Node &node)
{
    const bool hasSpread = std::any_of(node.children.begin(), node.children.end(),
                                       [&](uint32_t child) { return m_ast.nodes[child].kind == NodeKind::Spread; });
    if (&*node.operation == findOperator("!", 1)) {
        all(node, 0, "", "(!", ")"); // no call, for it takes anything
    } else if (node.children.size() > 2 || hasSpread) {
        m_code += joined({"$apply(", std::to_string(indexOf(*node.operation)), ", ", std::to_string(id)});
        all(node, 0, ", ", ", [", "])");
    } else {
        m_code += joined({scriptName(*node.operation), "(", std::to_string(id)});
        all(node, 0, ", ", ", ", ")");
    }
}

/// Of a method whose name is written out: Qt's engine is quick only where it knows the name and the number of arguments.
bool Writer::hasOwnFunction(const Node &node) const
{
    constexpr size_t MostArguments = 4;
    const auto isSpread = [this](uint32_t child) { return m_ast.nodes[child].kind == NodeKind::Spread; };
    return node.kind == NodeKind::Call && m_ast.nodes[node.children[0]].kind == NodeKind::Member
           && node.children.size() <= 1 + MostArguments
           && std::none_of(node.children.begin() + 1, node.children.end(), isSpread);
}

/// What $method does, where no argument is a null.
void Writer::addFunction(uint32_t id, const Node &node)
{
    const std::string number = std::to_string(id), &name = m_ast.nodes[node.children[0]].text;
    std::string arguments, isNull = "o === null || o === undefined";
    for (size_t i = 1; i < node.children.size(); ++i) {
        const std::string argument = "a" + std::to_string(i);
        arguments += (i > 1 ? ", " : "") + argument;
        isNull += joined({" || ", argument, " === null || ", argument, " === undefined"});
    }
    const std::string_view comma = arguments.empty() ? "" : ", ";
    m_functions += joined({"const $m",
                           number,
                           " = (o",
                           comma,
                           arguments,
                           ") => {\n    if (",
                           isNull,
                           ") return $method(",
                           number,
                           ", o, ",
                           scriptText(name),
                           comma,
                           arguments,
                           ");\n    if (typeof o.",
                           name,
                           " !== \"function\") return $notCallable(",
                           number,
                           ");\n    try { return o.",
                           name,
                           "(",
                           arguments,
                           "); } catch (error) { $locate(",
                           number,
                           "); throw error; }\n};\n"});
}

void Writer::call(uint32_t id, const Node &node)
{
    if (hasOwnFunction(node)) {
        addFunction(id, node);
        m_code += joined({"$m", std::to_string(id), "("});
        this->node(m_ast.nodes[node.children[0]].children[0]);
        all(node, 1, ", ", node.children.size() > 1 ? ", " : "", ")");
        return;
    }
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

} // namespace millrace
