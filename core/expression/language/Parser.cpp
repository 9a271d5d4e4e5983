// SPDX-License-Identifier: MIT
#include "expression/language/Parser.h"

#include "data/text/TextCheck.h"
#include "expression/operations/OperationTable.h"
#include "expression/values/ExactNumber.h"
#include "expression/values/Words.h"

#include <algorithm>
#include <array>

namespace millrace {

namespace {

constexpr int DeepestNesting = 150;
constexpr uint32_t DeepestNode = 400;
constexpr size_t LongestSource = 100'000;
constexpr std::string_view Power = "**"; // binds to the right, before signs

} // namespace

/// What stands between two operands. A higher level binds closer.
struct Parser::Infix
{
    std::string_view sign;
    int level;
    NodeKind kind;
    const Operation *operation = nullptr; ///< of NodeKind::Operation
};

std::optional<Parser::Infix> Parser::infixOf(const Token &token)
{
    static constexpr std::array OwnNodes{
        Infix{"??", 1, NodeKind::Coalesce},
        Infix{"||", 2, NodeKind::Or},
        Infix{"&&", 3, NodeKind::And},
        Infix{"in", 8, NodeKind::In},
        Infix{"instanceof", 8, NodeKind::InstanceOf},
    };
    if (token.kind != Token::Kind::Sign && token.kind != Token::Kind::Name)
        return std::nullopt;
    const auto *const found =
        std::find_if(OwnNodes.begin(), OwnNodes.end(), [&](const Infix &infix) { return infix.sign == token.written; });
    if (found != OwnNodes.end())
        return *found;
    const Operation *const operation = findOperator(token.written, 2);
    if (!operation || operation->level == 0)
        return std::nullopt;
    return Infix{operation->name, operation->level, NodeKind::Operation, operation};
}

Parser::Parser(std::string_view source) : m_lexer({})
{
    m_ast.source = source;
    m_lexer = Lexer(m_ast.source);
}

Result<Ast> Parser::parse()
{
    if (m_ast.source.size() > LongestSource)
        return failure(ErrorKind::Syntax, "the expression is longer than 100000 characters");
    if (!isUtf8(m_ast.source))
        return failure(ErrorKind::Syntax, "the expression is no valid UTF-8 text");
    advance();
    if (m_token.kind == Token::Kind::End && !m_failed)
        return failure(ErrorKind::Syntax, "the expression is empty; write one, for example cents / 100");
    m_ast.root = expression();
    if (!m_failed && m_token.kind != Token::Kind::End)
        failAtRest();
    if (m_failed)
        return Failure{m_error};
    noteUses(m_ast.root);
    return std::move(m_ast);
}

/// Of what is part of the expression in the end: `item` of item.name and Math of Math.PI are not.
void Parser::noteUses(NodeId id)
{
    const Node &found = node(id);
    m_ast.needsScript = m_ast.needsScript || found.kind >= NodeKind::Parameter;
    m_ast.usesItem = m_ast.usesItem || found.kind == NodeKind::Item;
    m_ast.usesId = m_ast.usesId || found.kind == NodeKind::Id;
    for (const NodeId child : found.children)
        noteUses(child);
}

Parser::NodeId Parser::fail(uint32_t at, std::string_view text)
{
    if (!m_failed) {
        m_failed = true;
        m_error = {ErrorKind::Syntax, joined({"column ", std::to_string(m_ast.columnOf(at)), ": ", text})};
    }
    // Whatever is under way sees the end of the expression and returns
    m_lexer.goTo(uint32_t(m_ast.source.size()));
    m_token = Token{};
    m_token.begin = m_token.end = uint32_t(m_ast.source.size());
    if (m_ast.nodes.empty())
        m_ast.nodes.emplace_back();
    return 0;
}

/// Something stands behind what is an expression already: say what was probably meant.
void Parser::failAtRest()
{
    const std::string written(m_token.written);
    std::string lower = written;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? char(c | 0x20) : c; });
    std::string text = joined({"\"", written, "\" is not expected here; is an operator missing before it?"});
    if (lower == "and" || lower == "or")
        text = joined({"write ", lower == "and" ? "&&" : "||", " instead of ", written});
    else if (m_token.is("="))
        text = "to compare, write == instead of =";
    else if (m_token.is(","))
        text = "a comma is only for the arguments of a function; a decimal number is written with a point";
    else if (m_token.is(";"))
        text = "an expression has no statements; leave out \";\"";
    else if (m_token.is("++") || m_token.is("--") || (written.size() > 1 && written.ends_with('=')))
        text = joined({"\"", written, "\" would change a field; an expression only computes a value"});
    else if (m_token.is(")") || m_token.is("]") || m_token.is("}"))
        text = joined({"\"", written, "\" closes nothing"});
    else if (m_token.is("=>"))
        text = "before \"=>\" stand the names of the function's parameters, for example (a, b) => a + b";
    fail(m_token.begin, text);
}

Parser::NodeId Parser::missingAfter()
{
    if (m_failed)
        return 0;
    if (m_last.end == 0)
        return fail(m_token.begin, joined({"the expression can't begin with \"", m_token.written, "\""}));
    return fail(m_last.begin, joined({"a value is missing after \"", m_last.written, "\""}));
}

void Parser::advance()
{
    m_last = m_token;
    m_token = m_lexer.next();
    if (m_token.kind == Token::Kind::Wrong)
        fail(m_token.begin, m_token.text);
}

bool Parser::take(std::string_view sign)
{
    if (!m_token.is(sign))
        return false;
    advance();
    return true;
}

void Parser::expect(std::string_view sign, std::string_view opened)
{
    if (take(sign) || m_failed)
        return;
    if (m_token.kind == Token::Kind::End)
        fail(m_token.begin, joined({"\"", sign, "\" is missing for \"", opened, "\""}));
    else
        failAtRest();
}

Parser::NodeId Parser::add(NodeKind kind, uint32_t begin, std::vector<NodeId> children, std::string text)
{
    if (m_failed)
        return 0;
    Node node;
    node.kind = kind;
    node.begin = begin;
    node.end = std::max(m_last.end, begin);
    for (const NodeId child : children)
        node.depth = std::max(node.depth, m_ast.nodes[child].depth + 1);
    node.children = std::move(children);
    node.text = std::move(text);
    if (node.depth > DeepestNode)
        return fail(begin, "the expression is nested too deeply; divide it into several steps");
    m_ast.nodes.push_back(std::move(node));
    return NodeId(m_ast.nodes.size() - 1);
}

Parser::NodeId Parser::addOperation(const Operation &operation, uint32_t begin, std::vector<NodeId> children)
{
    const NodeId id = add(NodeKind::Operation, begin, std::move(children));
    m_ast.nodes[id].operation = &operation;
    return id;
}

Parser::NodeId Parser::literal(Value value)
{
    const NodeId id = add(NodeKind::Literal, m_last.begin);
    m_ast.nodes[id].value = std::move(value);
    return id;
}

Parser::NodeId Parser::expression()
{
    if (++m_depth > DeepestNesting) {
        --m_depth;
        return fail(m_token.begin, "the expression is nested too deeply; divide it into several steps");
    }
    const NodeId id = isArrow() ? arrow() : conditional();
    --m_depth;
    return id;
}

Parser::NodeId Parser::conditional()
{
    const uint32_t begin = m_token.begin;
    const NodeId condition = infix(1);
    if (!take("?"))
        return condition;
    const NodeId then = expression();
    if (!take(":") && !m_failed)
        return fail(m_token.begin, R"(":" is missing for "?"; write condition ? value : other value)");
    return add(NodeKind::Conditional, begin, {condition, then, expression()});
}

Parser::NodeId Parser::infix(int level)
{
    NodeId left = prefix();
    for (auto found = infixOf(m_token); found && found->level >= level; found = infixOf(m_token)) {
        advance();
        const bool isClass = found->kind == NodeKind::InstanceOf && m_token.kind == Token::Kind::Name;
        left = combine(*found, left, isClass ? className() : infix(found->level + 1));
    }
    return left;
}

Parser::NodeId Parser::combine(const Infix &infix, NodeId left, NodeId right)
{
    if (m_failed)
        return 0;
    const uint32_t begin = node(left).begin;
    if (infix.kind == NodeKind::Operation)
        return addOperation(*infix.operation, begin, {left, right});
    if (infix.kind == NodeKind::Coalesce) {
        for (const NodeId side : {left, right}) {
            const bool isLogic = node(side).kind == NodeKind::And || node(side).kind == NodeKind::Or;
            if (isLogic && !node(side).isInParentheses)
                return fail(node(side).begin, "put parentheses around what stands beside \"??\"");
        }
    }
    return add(infix.kind, begin, {left, right});
}

Parser::NodeId Parser::prefix()
{
    const Token sign = m_token;
    if (sign.isName("not"))
        return named(); // a field of that name, or the hint that "!" is meant
    const bool isWord = sign.isName("typeof");
    const Operation *const operation = sign.kind == Token::Kind::Sign ? findOperator(sign.written, 1) : nullptr;
    if (!isWord && !operation)
        return powerOf(postfix());
    if (++m_depth > DeepestNesting) {
        --m_depth;
        return fail(m_token.begin, "the expression is nested too deeply; divide it into several steps");
    }
    advance();
    const NodeId operand = prefix();
    --m_depth;
    const bool isPower = node(operand).kind == NodeKind::Operation && node(operand).operation->name == Power;
    if (isPower && !node(operand).isInParentheses)
        return fail(sign.begin, "put parentheses around -x or around the power: (-x) ** 2 or -(x ** 2)");
    if (isWord)
        return add(NodeKind::TypeOf, sign.begin, {operand});
    const bool isNumber = node(operand).kind == NodeKind::Literal && node(operand).value.isNumber();
    if (sign.is("-") && isNumber && !m_failed) { // a negative number is one value, with no operation left to do
        const Value &number = node(operand).value;
        m_ast.nodes[operand].value = number.isInteger() ? Value(-number.toInteger()) : Value(-number.toReal());
        m_ast.nodes[operand].begin = sign.begin;
        return operand;
    }
    return addOperation(*operation, sign.begin, {operand});
}

Parser::NodeId Parser::powerOf(NodeId base)
{
    if (!m_token.is("**"))
        return base;
    if (++m_depth > DeepestNesting) {
        --m_depth;
        return fail(m_token.begin, "the expression is nested too deeply; divide it into several steps");
    }
    advance();
    const NodeId exponent = prefix();
    --m_depth;
    return m_failed ? 0 : addOperation(operatorOf(Power, 2), node(base).begin, {base, exponent});
}

Parser::NodeId Parser::postfix()
{
    NodeId id = primary();
    while (!m_failed) {
        if (m_token.is(".") || m_token.is("?."))
            id = member(id);
        else if (m_token.is("["))
            id = index(id);
        else if (m_token.is("("))
            id = call(id);
        else
            break;
    }
    return id;
}

Parser::NodeId Parser::primary()
{
    if (m_failed)
        return 0;
    const Token token = m_token;
    if (token.kind == Token::Kind::Name)
        return named();
    if (token.kind == Token::Kind::Number || token.kind == Token::Kind::Text) {
        advance();
        return token.kind == Token::Kind::Number ? number(token) : literal(Value(token.text));
    }
    if (token.is("("))
        return parentheses();
    if (token.is("["))
        return list();
    if (token.is("{"))
        return object();
    if (token.is("`"))
        return templateLiteral();
    if (token.is("/") || token.is("/="))
        return regex();
    if (token.is("++") || token.is("--") || token.is("...")) {
        failAtRest();
        return 0;
    }
    return missingAfter();
}

/// A whole number keeps all its digits.
Parser::NodeId Parser::number(const Token &token)
{
    ExactNumber exact;
    switch (parseExactNumber(token.written, exact)) {
    case ReadNumber::Read: return literal(exact.toValue());
    case ReadNumber::NoNumber: return literal(Value(token.number)); // 0x10, 1_000
    case ReadNumber::TooLong: break;
    }
    return fail(token.begin, joined({token.written, " has more digits than a number holds (64 bits)"}));
}

Parser::NodeId Parser::parentheses()
{
    advance();
    const NodeId id = expression();
    expect(")", "(");
    if (!m_failed)
        m_ast.nodes[id].isInParentheses = true;
    return id;
}

} // namespace millrace
