// SPDX-License-Identifier: MIT
#include "expression/language/Parser.h"

namespace millrace {

/// Looks ahead whether parameters and "=>" stand here, without reading anything for good.
bool Parser::isArrow() const
{
    Lexer ahead = m_lexer;
    if (m_token.kind == Token::Kind::Name)
        return ahead.next().is("=>");
    if (!m_token.is("("))
        return false;
    for (int open = 1; open > 0;) {
        const Token token = ahead.next();
        if (token.is("("))
            return false; // parameters hold no parentheses
        if (token.is(")"))
            --open;
        else if (token.kind != Token::Kind::Name && !token.is(",") && !token.is("...") && !token.is("[")
                 && !token.is("]") && !token.is("{") && !token.is("}"))
            return false;
    }
    return ahead.next().is("=>");
}

Parser::NodeId Parser::arrow()
{
    const uint32_t begin = m_token.begin;
    const size_t outer = m_parameters.size();
    std::vector<NodeId> children;
    if (m_token.kind == Token::Kind::Name) {
        children.push_back(pattern());
    } else {
        advance();
        while (!m_failed && !m_token.is(")")) {
            children.push_back(pattern());
            if (!take(","))
                break;
        }
        expect(")", "(");
    }
    take("=>");
    if (m_token.is("{"))
        return fail(m_token.begin,
                    "a function here is one expression, as in x => x + 1; for statements use a javascript step, "
                    "for an object write x => ({a: x})");
    children.push_back(expression());
    m_parameters.resize(outer);
    return add(NodeKind::Arrow, begin, std::move(children));
}

/// A parameter: a name, ...name, [a, b] or {a, b}.
Parser::NodeId Parser::pattern()
{
    const Token first = m_token;
    if (first.kind == Token::Kind::Name) {
        advance();
        const uint32_t number = m_parameterCount++;
        m_parameters.emplace_back(first.written, number);
        const NodeId id = add(NodeKind::Parameter, first.begin);
        m_ast.nodes[id].slot = number;
        return id;
    }
    if (take("..."))
        return add(NodeKind::Rest, first.begin, {pattern()});
    const bool isList = first.is("[");
    if (!isList && !first.is("{"))
        return fail(first.begin, "the name of a parameter is missing");
    if (++m_depth > 50) {
        --m_depth;
        return fail(first.begin, "the parameters are nested too deeply");
    }
    advance();
    std::vector<NodeId> children;
    std::string names;
    while (!m_failed && !m_token.is(isList ? "]" : "}")) {
        if (!isList && m_token.kind != Token::Kind::Name)
            return fail(m_token.begin, "in braces stand the names of members, as in ({name, price}) => price");
        names += std::string(m_token.written) + "\n";
        children.push_back(pattern());
        if (!take(","))
            break;
    }
    expect(isList ? "]" : "}", first.written);
    --m_depth;
    return add(isList ? NodeKind::ListPattern : NodeKind::ObjectPattern, first.begin, std::move(children), names);
}

} // namespace millrace
