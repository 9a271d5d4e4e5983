// SPDX-License-Identifier: MIT
// What an operand is made of: names, members and calls.
#include "data/text/NearestName.h"
#include "expression/language/Parser.h"
#include "expression/operations/OperationTable.h"
#include "expression/values/Pattern.h"
#include "expression/values/Words.h"

#include <algorithm>
#include <array>
#include <limits>

namespace millrace {

namespace {

/// Those that mean the same with every set of fields only where they are called or looked into: fields may have such
/// names.
constexpr std::array<std::string_view, 19> Globals{"Math",
                                                   "JSON",
                                                   "Number",
                                                   "String",
                                                   "Boolean",
                                                   "Array",
                                                   "Object",
                                                   "Date",
                                                   "RegExp",
                                                   "Map",
                                                   "Set",
                                                   "parseInt",
                                                   "parseFloat",
                                                   "isNaN",
                                                   "isFinite",
                                                   "encodeURIComponent",
                                                   "decodeURIComponent",
                                                   "encodeURI",
                                                   "decodeURI"};

bool isGlobal(std::string_view name)
{
    return std::find(Globals.begin(), Globals.end(), name) != Globals.end();
}

/// The pattern of a regular expression written between slashes, in the notation of matches().
std::string patternOf(std::string_view written)
{
    const size_t slash = written.rfind('/');
    std::string options;
    for (const char flag : written.substr(slash + 1)) {
        if (flag == 'i' || flag == 'm' || flag == 's')
            options += flag;
    }
    const std::string pattern(written.substr(1, slash - 1));
    return options.empty() ? pattern : joined({"(?", options, ")", pattern});
}

} // namespace

Parser::NodeId Parser::named()
{
    const Token name = m_token;
    advance();
    if (name.isName("true") || name.isName("false"))
        return literal(Value(name.isName("true")));
    if (name.isName("null") || name.isName("undefined"))
        return literal({});
    if (name.isName("NaN"))
        return literal(Value(std::numeric_limits<double>::quiet_NaN()));
    if (name.isName("Infinity"))
        return literal(Value(std::numeric_limits<double>::infinity()));
    if (name.isName("new"))
        return newObject();
    if (name.isName("function") || name.isName("async") || name.isName("delete") || name.isName("void")) {
        const bool isCode = m_token.kind == Token::Kind::Name || (name.isName("function") && m_token.is("("));
        if (isCode)
            return fail(name.begin, joined({"\"", name.written,
                                            "\" can't stand in an expression; write a function as x => x + 1, or use a "
                                            "javascript step"}));
    }
    if (name.isName("not")
        && (m_token.kind == Token::Kind::Name || m_token.kind == Token::Kind::Number || m_token.is("(")))
        return fail(name.begin, "write ! instead of not");
    for (size_t i = m_parameters.size(); i-- > 0;) {
        if (m_parameters[i].first == name.written) {
            const NodeId id = add(NodeKind::Parameter, name.begin);
            m_ast.nodes[id].slot = m_parameters[i].second;
            return id;
        }
    }
    if (m_token.is("(") && findFunction(name.written))
        return listedCall(name);
    if (name.isName("Math") && m_token.is("."))
        return mathMember(name);
    return plainName(name, false);
}

Parser::NodeId Parser::plainName(const Token &name, bool isArgument)
{
    const bool isLookedInto = m_token.is("(") || m_token.is(".") || m_token.is("?.");
    if (isGlobal(name.written) && (isLookedInto || isArgument))
        return add(NodeKind::Global, name.begin, {}, std::string(name.written));
    if (m_token.is("(")) {
        std::vector<std::string> known;
        for (const auto &function : expressionFunctions())
            known.emplace_back(function.name);
        const std::string nearest = nearestName(name.written, known);
        const std::string text = joined({"there is no function \"", name.written, "\""});
        if (!nearest.empty())
            return fail(name.begin, joined({text, "; did you mean \"", nearest, "\"?"}));
        std::string names;
        for (const std::string &each : known)
            names += (names.empty() ? "" : ", ") + each;
        return fail(name.begin, joined({text, "; there are ", names}));
    }
    if (name.written == "item" || name.written == "id")
        return add(name.written == "id" ? NodeKind::Id : NodeKind::Item, name.begin);
    return field(name.begin, name.end, name.written);
}

Parser::NodeId Parser::field(uint32_t begin, uint32_t end, std::string_view name)
{
    auto found = std::find(m_ast.fields.begin(), m_ast.fields.end(), name);
    if (found == m_ast.fields.end())
        found = m_ast.fields.emplace(m_ast.fields.end(), name);
    const uint32_t slot = uint32_t(found - m_ast.fields.begin());
    const NodeId id = add(NodeKind::Field, begin, {}, std::string(name));
    m_ast.nodes[id].slot = slot;
    m_ast.nodes[id].end = end;
    return id;
}

std::vector<Parser::NodeId> Parser::arguments()
{
    std::vector<NodeId> found;
    take("(");
    while (!m_failed && !m_token.is(")")) {
        const Token first = m_token;
        if (take("...")) {
            found.push_back(add(NodeKind::Spread, first.begin, {expression()}));
        } else if (first.kind == Token::Kind::Name && isGlobal(first.written)) {
            // a function handed over by its name, as in list.map(Number)
            const uint32_t back = m_lexer.position();
            const Token before = m_last;
            advance();
            if (m_token.is(",") || m_token.is(")")) {
                found.push_back(plainName(first, true));
            } else if (!m_failed) {
                m_lexer.goTo(back);
                m_token = first;
                m_last = before;
                found.push_back(expression());
            }
        } else {
            found.push_back(expression());
        }
        if (!take(","))
            break;
    }
    expect(")", "(");
    return found;
}

Parser::NodeId Parser::listedCall(const Token &name)
{
    const Operation &function = *findFunction(name.written);
    std::vector<NodeId> given;
    take("(");
    while (!m_failed && !m_token.is(")")) {
        const uint32_t begin = m_token.begin;
        if (!take("...")) {
            given.push_back(function.takesPattern && given.size() == 1 ? patternArgument(expression()) : expression());
        } else if (function.takesSpread) {
            given.push_back(add(NodeKind::Spread, begin, {expression()}));
        } else {
            fail(begin, "a list can be spread with ... only in min and max");
        }
        if (!take(","))
            break;
    }
    expect(")", "(");
    checkArguments(name, given);
    if (m_failed)
        return 0;
    if (!function.compute)
        return add(NodeKind::Coalesce, name.begin, std::move(given));
    return addOperation(function, name.begin, std::move(given));
}

void Parser::checkArguments(const Token &name, const std::vector<NodeId> &given)
{
    if (m_failed)
        return;
    const Operation &function = *findFunction(name.written);
    const int count = int(given.size());
    if (count < function.fewest || (function.most >= 0 && count > function.most)) {
        const bool isOne = function.most == 1;
        const std::string wanted =
            function.most < 0 ? "at least one"
            : function.fewest == function.most
                ? std::to_string(function.most)
                : joined({std::to_string(function.fewest), " or ", std::to_string(function.most)});
        fail(name.begin,
             joined({name.written, " takes ", wanted, isOne || function.most < 0 ? " argument" : " arguments", ", not ",
                     std::to_string(count), ": ", function.signature}));
    }
}

/// A regular expression written between slashes becomes its text; one that is written out is checked at once.
Parser::NodeId Parser::patternArgument(NodeId id)
{
    if (m_failed)
        return 0;
    Node &given = m_ast.nodes[id];
    if (given.kind == NodeKind::Regex) {
        given.kind = NodeKind::Literal;
        given.value = Value(patternOf(given.text));
        given.text.clear();
    }
    if (given.kind == NodeKind::Literal && given.value.isText()) {
        const std::string why = patternProblem(given.value.toText());
        if (!why.empty())
            return fail(given.begin, why);
    }
    return id;
}

Parser::NodeId Parser::mathMember(const Token &math)
{
    advance();
    const Token name = m_token;
    if (name.kind != Token::Kind::Name)
        return fail(name.begin, "after \"Math.\" stands the name of a function, for example Math.floor(x)");
    advance();
    if (!m_token.is("(")) {
        if (const auto constant = mathConstant(name.written)) {
            const NodeId id = literal(Value(*constant));
            m_ast.nodes[id].begin = math.begin;
            return id;
        }
        if (!isMathFunction(name.written))
            return fail(name.begin, joined({"there is no Math.", name.written}));
        const NodeId global = add(NodeKind::Global, math.begin, {}, "Math");
        return add(NodeKind::Member, math.begin, {global}, std::string(name.written));
    }
    if (!isMathFunction(name.written))
        return fail(name.begin, joined({"there is no function Math.", name.written}));
    std::vector<NodeId> given = arguments();
    if (m_failed)
        return 0;
    const Operation *function = findMathFunction(name.written);
    const int count = int(given.size());
    if (function && count >= function->fewest && (function->most < 0 || count <= function->most))
        return addOperation(*function, math.begin, std::move(given));
    return add(NodeKind::MathCall, math.begin, std::move(given), std::string(name.written));
}

Parser::NodeId Parser::member(NodeId of)
{
    const uint32_t begin = node(of).begin;
    const bool isOptional = m_token.is("?.");
    advance();
    if (isOptional && m_token.is("["))
        return index(of);
    if (isOptional && m_token.is("("))
        return call(of);
    const Token name = m_token;
    if (name.kind != Token::Kind::Name)
        return fail(name.begin, "the name of a member is missing after \".\"");
    advance();
    if (node(of).kind == NodeKind::Item && !m_token.is("("))
        return field(begin, name.end, name.written);
    return add(NodeKind::Member, begin, {of}, std::string(name.written));
}

Parser::NodeId Parser::index(NodeId of)
{
    const uint32_t begin = node(of).begin;
    advance();
    const NodeId which = expression();
    expect("]", "[");
    if (m_failed)
        return 0;
    if (node(of).kind == NodeKind::Item && node(which).kind == NodeKind::Literal && node(which).value.isText())
        return field(begin, m_last.end, node(which).value.toText());
    return add(NodeKind::Index, begin, {of, which});
}

Parser::NodeId Parser::call(NodeId callee)
{
    const uint32_t begin = node(callee).begin;
    std::vector<NodeId> children = arguments();
    if (m_failed)
        return 0;
    // JavaScript's own names for text(x) and number(x)
    const bool isConversion = node(callee).kind == NodeKind::Global && children.size() == 1
                              && (node(callee).text == "Number" || node(callee).text == "String")
                              && node(children[0]).kind != NodeKind::Spread;
    if (isConversion)
        return addOperation(functionOf(node(callee).text == "Number" ? "number" : "text"), begin, std::move(children));
    children.insert(children.begin(), callee);
    return add(NodeKind::Call, begin, std::move(children));
}

Parser::NodeId Parser::newObject()
{
    const uint32_t begin = m_last.begin;
    std::vector<NodeId> children{className()};
    if (m_token.is("(")) {
        for (const NodeId argument : arguments())
            children.push_back(argument);
    }
    return add(NodeKind::New, begin, std::move(children));
}

Parser::NodeId Parser::className()
{
    const Token name = m_token;
    if (name.kind != Token::Kind::Name || !isGlobal(name.written))
        return fail(m_last.begin, joined({"after \"", m_last.written, "\" stands Date, Map, Set, Array or RegExp"}));
    advance();
    return add(NodeKind::Global, name.begin, {}, std::string(name.written));
}

} // namespace millrace
