// SPDX-License-Identifier: MIT
#include "expression/language/Ast.h"
#include "expression/values/Words.h"

namespace millrace {

size_t Ast::columnOf(size_t byte) const
{
    return characterCount(std::string_view(source).substr(0, byte)) + 1;
}

std::string Ast::labelOf(uint32_t id) const
{
    const Node &node = nodes[id];
    if (node.kind == NodeKind::Field)
        return fields[node.slot];
    if (node.kind == NodeKind::Literal)
        return {};
    return std::string(writtenOf(id));
}

std::string_view Ast::writtenOf(uint32_t id) const
{
    return std::string_view(source).substr(nodes[id].begin, nodes[id].end - nodes[id].begin);
}

std::string Ast::placeOf(uint32_t id) const
{
    return joined({"column ", std::to_string(columnOf(nodes[id].begin)), " of ", source});
}

} // namespace millrace
