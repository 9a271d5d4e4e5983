// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "expression/language/Ast.h"
#include "expression/language/Lexer.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace {

/// Reads JavaScript's expressions (no statements, no assignments) by precedence climbing. The first thing that is wrong
/// ends the reading; the message begins with its column.
class Parser
{
public:
    explicit Parser(std::string_view source);

    Result<Ast> parse();

private:
    using NodeId = uint32_t;
    struct Infix;

    static std::optional<Infix> infixOf(const Token &token);

    NodeId expression();
    NodeId conditional();
    NodeId infix(int level);
    NodeId combine(const Infix &infix, NodeId left, NodeId right);
    NodeId prefix();
    NodeId powerOf(NodeId base);
    NodeId postfix();
    NodeId primary();
    NodeId number(const Token &token);
    NodeId parentheses();
    NodeId literal(Value value);
    NodeId templateLiteral();
    NodeId regex();
    NodeId list();
    NodeId object();
    NodeId memberName();
    NodeId newObject();
    NodeId className();

    NodeId named();
    NodeId plainName(const Token &name, bool isArgument);
    NodeId field(uint32_t begin, uint32_t end, std::string_view name);
    NodeId listedCall(const Token &name);
    NodeId mathMember(const Token &math);
    NodeId member(NodeId of);
    NodeId index(NodeId of);
    NodeId call(NodeId callee);
    std::vector<NodeId> arguments();
    void checkArguments(const Token &name, const std::vector<NodeId> &arguments);
    NodeId patternArgument(NodeId node);

    bool isArrow() const;
    NodeId arrow();
    NodeId pattern();

    NodeId add(NodeKind kind, uint32_t begin, std::vector<NodeId> children = {}, std::string text = {});
    NodeId addOperation(const Operation &operation, uint32_t begin, std::vector<NodeId> children);
    NodeId fail(uint32_t at, std::string_view text);
    NodeId missingAfter();
    void failAtRest();
    void noteUses(NodeId id);
    void advance();
    bool take(std::string_view sign);
    void expect(std::string_view sign, std::string_view opened);
    const Node &node(NodeId id) const { return m_ast.nodes[id]; }

    Ast m_ast;
    Lexer m_lexer;
    Token m_token;
    Token m_last; ///< the token before
    int m_depth = 0;
    std::vector<std::pair<std::string, uint32_t>> m_parameters; ///< of the arrow functions around, innermost last
    uint32_t m_parameterCount = 0;
    bool m_failed = false;
    Error m_error;
};

} // namespace millrace
