// SPDX-License-Identifier: MIT
#include "expression/language/StaticTypes.h"

#include "data/text/VisibleText.h"
#include "expression/values/Words.h"

#include <algorithm>
#include <cstddef>

namespace millrace {

ValueType StaticTypes::typeOf(uint32_t id) const
{
    const Node &node = m_ast.nodes[id];
    switch (node.kind) {
    case NodeKind::Literal: return node.value.isNumber() ? ValueType::Real : node.value.type();
    case NodeKind::Field: return fieldType(node);
    case NodeKind::Item: return ValueType::Object;
    case NodeKind::Operation: return operationType(node);
    case NodeKind::And:
    case NodeKind::Or:
    case NodeKind::Coalesce: return common(node, 0);
    case NodeKind::Conditional: return common(node, 1);
    case NodeKind::MathCall: return ValueType::Real;
    case NodeKind::List: return ValueType::List;
    case NodeKind::Object: return ValueType::Object;
    case NodeKind::TypeOf: return ValueType::Text;
    case NodeKind::In:
    case NodeKind::InstanceOf: return ValueType::Boolean;
    default: return ValueType::Null;
    }
}

ValueType StaticTypes::fieldType(const Node &node) const
{
    const auto column = m_schema.find(m_ast.fields[node.slot]);
    const ValueType type = column ? m_schema.field(*column).type : ValueType::Null;
    return type == ValueType::Integer ? ValueType::Real : type;
}

/// Of all children from that one on.
ValueType StaticTypes::common(const Node &node, size_t first) const
{
    const ValueType type = typeOf(node.children[first]);
    const bool isSame = std::all_of(node.children.begin() + std::ptrdiff_t(first), node.children.end(),
                                    [&](uint32_t child) { return typeOf(child) == type; });
    return isSame ? type : ValueType::Null;
}

ValueType StaticTypes::operationType(const Node &node) const
{
    switch (node.operation->gives) {
    case Gives::Boolean: return ValueType::Boolean;
    case Gives::Text: return ValueType::Text;
    case Gives::Timestamp: return ValueType::Timestamp;
    case Gives::Number: return ValueType::Real;
    case Gives::Operand: return common(node, 0) == ValueType::Real ? ValueType::Real : ValueType::Null;
    case Gives::Sum: break;
    }
    const ValueType left = typeOf(node.children[0]), right = typeOf(node.children[1]);
    if (left == ValueType::Text || right == ValueType::Text)
        return ValueType::Text;
    return left == ValueType::Null || right == ValueType::Null ? ValueType::Null : ValueType::Real;
}

bool StaticTypes::isSum(const Node &node) const
{
    return node.kind == NodeKind::Operation && node.operation->gives == Gives::Sum && node.children.size() == 2;
}

/// Whether it holds a text that is written there, or made by a function for texts: whoever adds to that means to join.
bool StaticTypes::isTextOnPurpose(uint32_t id) const
{
    const Node &node = m_ast.nodes[id];
    if (isSum(node))
        return isTextOnPurpose(node.children[0]) || isTextOnPurpose(node.children[1]);
    return node.kind != NodeKind::Field && typeOf(id) == ValueType::Text;
}

/// The node of a field of text whose value that node's may be, or begin or end with. Nothing where the node's text is meant as one.
std::optional<uint32_t> StaticTypes::textField(uint32_t id) const
{
    const Node &node = m_ast.nodes[id];
    if (node.kind == NodeKind::Field)
        return fieldType(node) == ValueType::Text ? std::optional(id) : std::nullopt;
    const bool isChoice = node.kind == NodeKind::And || node.kind == NodeKind::Or || node.kind == NodeKind::Coalesce
                          || node.kind == NodeKind::Conditional;
    if (!isChoice && (!isSum(node) || isTextOnPurpose(id)))
        return std::nullopt;
    for (size_t child = node.kind == NodeKind::Conditional ? 1 : 0; child < node.children.size(); ++child)
        if (const auto found = textField(node.children[child]))
            return found;
    return std::nullopt;
}

std::vector<std::string> StaticTypes::joinedFields() const
{
    std::vector<std::string> sentences;
    std::vector<uint32_t> said;
    for (const Node &node : m_ast.nodes) {
        if (!isSum(node))
            continue;
        for (const size_t text : {size_t(0), size_t(1)}) {
            const uint32_t number = node.children[1 - text];
            const auto field = textField(node.children[text]);
            if (!field || typeOf(number) != ValueType::Real)
                continue;
            const uint32_t slot = m_ast.nodes[*field].slot;
            if (std::ranges::find(said, slot) != said.end())
                continue;
            said.push_back(slot);
            sentences.push_back(joinedText(*field, node.children[text], number, text == 0));
        }
    }
    return sentences;
}

std::string StaticTypes::joinedText(uint32_t field, uint32_t text, uint32_t number, bool isTextFirst) const
{
    const auto written = [this](uint32_t id, bool isAlone) {
        const std::string bare = codedText(m_ast.writtenOf(id));
        return m_ast.nodes[id].isInParentheses && !isAlone ? '(' + bare + ')' : bare;
    };
    const auto call = [&](const char *name, uint32_t id) { return joined({name, "(", written(id, true), ")"}); };
    const auto inOrder = [&](const std::string &first, const std::string &second) {
        return isTextFirst ? first + " + " + second : second + " + " + first;
    };
    const std::string other = written(number, false);
    const std::string sum = inOrder(call("number", text), other);
    const std::string join = inOrder(written(text, false), call("text", number));
    constexpr std::string_view Remedy =
        R"( to join them; or make numbers of the field before, by a step "convert" or by "types" where it is read.)";
    const std::string name = codedText(m_ast.fields[m_ast.nodes[field].slot]);
    return joined({R"(The field ")", name, R"(" is text, so that + puts it and the number )", other,
                   R"( one behind the other, as "12" + 1 is "121". Write )", sum, " to add them, or ", join, Remedy});
}

} // namespace millrace
