// SPDX-License-Identifier: MIT
#pragma once

#include "data/Schema.h"
#include "expression/language/Ast.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace millrace {

/// What can be said of an expression's values before any of them is computed, for items of such a schema. Borrows both.
class StaticTypes
{
public:
    StaticTypes(const Ast &ast, const Schema &schema) : m_ast(ast), m_schema(schema) {}

    /// Of a node's values where they are not null; Real for all numbers. Null: could be several.
    ValueType typeOf(uint32_t node) const;
    /// Sentences about each field of text that `+` joins to a number, where somebody may have meant to add: once for each field.
    std::vector<std::string> joinedFields() const;

private:
    ValueType fieldType(const Node &node) const;
    ValueType common(const Node &node, size_t first) const;
    ValueType operationType(const Node &node) const;
    bool isSum(const Node &node) const;
    bool isTextOnPurpose(uint32_t id) const;
    std::optional<uint32_t> textField(uint32_t id) const;
    std::string joinedText(uint32_t field, uint32_t text, uint32_t number, bool isTextFirst) const;

    const Ast &m_ast;
    const Schema &m_schema;
};

} // namespace millrace
