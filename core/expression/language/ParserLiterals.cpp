// SPDX-License-Identifier: MIT
// Texts with values in them, regular expressions, lists and objects.
#include "expression/language/Parser.h"

#include "expression/operations/OperationTable.h"

namespace millrace {

/// "`a ${b} c`" is "a " + text + " c": a null within makes it null, as with +.
Parser::NodeId Parser::templateLiteral()
{
    const uint32_t begin = m_token.begin;
    NodeId whole = 0;
    bool isFirst = true, hasMore = true;
    while (hasMore && !m_failed) {
        const Token piece = m_lexer.templateText(hasMore);
        if (piece.kind == Token::Kind::Wrong)
            return fail(begin, piece.text);
        m_last = piece;
        if (isFirst || !piece.text.empty()) {
            const NodeId text = literal(Value(piece.text));
            whole = isFirst ? text : addOperation(operatorOf("+", 2), begin, {whole, text});
        }
        isFirst = false;
        if (!hasMore)
            break;
        advance();
        const NodeId value = expression();
        if (!m_token.is("}") && !m_failed)
            return fail(m_token.begin, "\"}\" is missing for \"${\"");
        if (!m_failed)
            whole = addOperation(operatorOf("+", 2), begin, {whole, value});
    }
    advance();
    return m_failed ? 0 : whole;
}

Parser::NodeId Parser::regex()
{
    const Token token = m_lexer.regexAt(m_token.begin);
    if (token.kind == Token::Kind::Wrong)
        return fail(m_token.begin, token.text);
    m_token = token;
    advance();
    return add(NodeKind::Regex, token.begin, {}, std::string(token.written));
}

Parser::NodeId Parser::list()
{
    const uint32_t begin = m_token.begin;
    std::vector<NodeId> elements;
    advance();
    while (!m_failed && !m_token.is("]")) {
        const uint32_t at = m_token.begin;
        elements.push_back(take("...") ? add(NodeKind::Spread, at, {expression()}) : expression());
        if (!take(","))
            break;
    }
    expect("]", "[");
    return add(NodeKind::List, begin, std::move(elements));
}

Parser::NodeId Parser::object()
{
    const uint32_t begin = m_token.begin;
    std::vector<NodeId> children;
    advance();
    while (!m_failed && !m_token.is("}")) {
        const Token key = m_token;
        if (key.is("..."))
            return fail(key.begin, "\"...\" can't stand in an object; use Object.assign({}, a, b)");
        children.push_back(memberName());
        if (take(":")) {
            children.push_back(expression());
        } else if (key.kind == Token::Kind::Name) { // {a} is {a: a}
            const uint32_t back = m_lexer.position();
            const Token next = m_token;
            m_lexer.goTo(key.begin);
            advance();
            children.push_back(named());
            m_lexer.goTo(back);
            if (!m_failed)
                m_token = next;
        } else if (!m_failed) {
            return fail(m_token.begin, "\":\" is missing after the name of the member");
        }
        if (!take(","))
            break;
    }
    expect("}", "{");
    return add(NodeKind::Object, begin, std::move(children));
}

Parser::NodeId Parser::memberName()
{
    const Token key = m_token;
    if (take("[")) {
        const NodeId name = expression();
        expect("]", "[");
        return name;
    }
    if (key.kind != Token::Kind::Name && key.kind != Token::Kind::Text && key.kind != Token::Kind::Number)
        return fail(key.begin, "the name of a member is missing in the object");
    advance();
    return literal(key.kind == Token::Kind::Text ? Value(key.text) : Value(key.written));
}

} // namespace millrace
