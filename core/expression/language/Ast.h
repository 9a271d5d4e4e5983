// SPDX-License-Identifier: MIT
#pragma once

#include "data/Value.h"
#include "expression/operations/Operation.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

enum class NodeKind : uint8_t {
    // What columns are computed with.
    Literal, ///< value
    Field,   ///< slot: index into Ast::fields
    Id,
    Item,      ///< the whole item, as an object
    Operation, ///< operation, children: operands
    And,
    Or,          ///< two children
    Coalesce,    ///< one child or more
    Conditional, ///< condition, then, else
    // What needs the script engine.
    Parameter, ///< slot: number of the arrow function's parameter
    Rest,      ///< of an arrow function's parameters; child: Parameter
    ListPattern,
    ObjectPattern, ///< of parameters; children: Parameter or Rest; text: names of an object's members, by line
    Arrow,         ///< children: parameters, then the body
    Global,        ///< text: its name
    Member,        ///< child: of what; text: name
    Index,         ///< children: of what, which
    Call,
    New,      ///< children: what, arguments
    MathCall, ///< text: name of a function of Math; children: arguments
    List,     ///< children: elements
    Object,   ///< children: pairs of name and value
    Spread,   ///< one child
    Regex,    ///< text: as written
    TypeOf,
    In,
    InstanceOf
};

struct Node
{
    NodeKind kind = NodeKind::Literal;
    const millrace::Operation *operation = nullptr; ///< a row of operations()
    bool isInParentheses = false;
    uint32_t begin = 0, end = 0; ///< bytes of the source
    uint32_t slot = 0;
    uint32_t depth = 1;
    std::vector<uint32_t> children; ///< indices into Ast::nodes, all lower than the node's own
    std::string text;
    Value value;
};

/// An expression taken apart. A plain value; immutable once parsed, so it may be shared between threads.
struct Ast
{
    std::string source;
    std::vector<Node> nodes;
    uint32_t root = 0;
    std::vector<std::string> fields; ///< that are used, in order of appearance
    bool usesItem = false, usesId = false, needsScript = false;

    /// What messages call the value of a node: a field by its name, anything else as written; a literal has no name.
    std::string labelOf(uint32_t node) const;
    /// A node as it stands in the source.
    std::string_view writtenOf(uint32_t node) const;
    /// "column 9 of cents / 100"
    std::string placeOf(uint32_t node) const;
    /// The column of a byte, in characters from 1.
    size_t columnOf(size_t byte) const;
};

} // namespace millrace
