// SPDX-License-Identifier: MIT
#include "database/SqlText.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace millrace {

namespace {

bool isNameChar(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || (static_cast<unsigned char>(c) & 0x80) != 0;
}

/// The length of a text in quotes, where a doubled one stands for itself; to the end where it isn't closed.
size_t quotedLength(std::string_view sql, char end)
{
    for (size_t i = 1; i < sql.size(); ++i)
        if (sql[i] == end) {
            if (i + 1 >= sql.size() || sql[i + 1] != end)
                return i + 1;
            ++i;
        }
    return sql.size();
}

/// Of $$…$$ or $tag$…$tag$, as PostgreSQL has it; 0: it is none.
size_t dollarLength(std::string_view sql)
{
    size_t end = 1;
    while (end < sql.size() && isNameChar(sql[end]))
        ++end;
    if (end >= sql.size() || sql[end] != '$' || (end > 1 && std::isdigit(static_cast<unsigned char>(sql[1]))))
        return 0;
    const std::string_view tag = sql.substr(0, end + 1);
    const size_t close = sql.find(tag, tag.size());
    return close == std::string_view::npos ? sql.size() : close + tag.size();
}

enum class SqlPart { Blank, Comment, Quoted, Word, Parameter, Sign };

struct SqlToken
{
    SqlPart part = SqlPart::Sign;
    std::string_view text;
};

SqlToken firstToken(std::string_view sql)
{
    const auto token = [&](SqlPart part, size_t length) { return SqlToken{part, sql.substr(0, length)}; };
    const auto lengthOf = [&](size_t begin, auto belongs) {
        while (begin < sql.size() && belongs(sql[begin]))
            ++begin;
        return begin;
    };
    const char c = sql.front(), next = sql.size() > 1 ? sql[1] : '\0';
    if (std::isspace(static_cast<unsigned char>(c)))
        return token(SqlPart::Blank, 1);
    if (c == '-' && next == '-')
        return token(SqlPart::Comment, std::min(sql.find('\n'), sql.size()));
    if (c == '/' && next == '*') {
        const size_t end = sql.find("*/", 2);
        return token(SqlPart::Comment, end == std::string_view::npos ? sql.size() : end + 2);
    }
    if (c == '\'' || c == '"' || c == '`')
        return token(SqlPart::Quoted, quotedLength(sql, c));
    if (c == '$')
        if (const size_t length = dollarLength(sql); length > 0)
            return token(SqlPart::Quoted, length);
    if (c == ':' && next == ':') // a cast of PostgreSQL's
        return token(SqlPart::Sign, 2);
    if (c == ':' && isNameChar(next) && !std::isdigit(static_cast<unsigned char>(next)))
        return token(SqlPart::Parameter, lengthOf(1, isNameChar));
    if (isNameChar(c))
        return token(SqlPart::Word, lengthOf(1, isNameChar));
    return token(SqlPart::Sign, 1);
}

template <class Take>
void forEachToken(std::string_view sql, Take take)
{
    while (!sql.empty()) {
        const SqlToken token = firstToken(sql);
        take(token);
        sql.remove_prefix(token.text.size());
    }
}

std::string upperCase(std::string_view text)
{
    std::string upper(text);
    std::ranges::transform(upper, upper.begin(), [](unsigned char c) { return char(std::toupper(c)); });
    return upper;
}

/// Of a name in quotes: whether it is the same for who doesn't know them as quotes.
bool isPlainName(std::string_view quoted)
{
    return quoted.size() > 2 && std::ranges::all_of(quoted.substr(1, quoted.size() - 2), [](char c) {
               return isNameChar(c) || c == ' ' || c == '.';
           });
}

bool isWritingWord(std::string_view word)
{
    constexpr auto Words =
        std::to_array<std::string_view>({"INSERT", "UPDATE", "DELETE", "MERGE", "DROP", "EXEC", "EXECUTE", "TRUNCATE"});
    return std::ranges::find(Words, word) != Words.end();
}

bool saysNothing(const SqlToken &token)
{
    return token.part == SqlPart::Blank || token.part == SqlPart::Comment;
}

} // namespace

std::vector<std::string> sqlParameters(std::string_view sql)
{
    std::vector<std::string> names;
    forEachToken(sql, [&](const SqlToken &token) {
        const std::string name(token.text.substr(token.part == SqlPart::Parameter ? 1 : 0));
        if (token.part == SqlPart::Parameter && std::ranges::find(names, name) == names.end())
            names.push_back(name);
    });
    return names;
}

std::string withNumberedParameters(std::string_view sql, std::vector<std::string> &names)
{
    std::string text;
    forEachToken(sql, [&](const SqlToken &token) {
        if (token.part == SqlPart::Parameter)
            names.emplace_back(token.text.substr(1));
        text += token.part == SqlPart::Parameter ? "?" : token.part == SqlPart::Comment ? " " : token.text;
    });
    return text;
}

std::string withoutSqlParameters(std::string_view sql)
{
    std::string text;
    forEachToken(sql, [&](const SqlToken &token) {
        text += token.part == SqlPart::Parameter ? std::string_view("NULL") : token.text;
    });
    return text;
}

std::string_view trimmedSql(std::string_view sql)
{
    size_t end = 0, at = 0;
    forEachToken(sql, [&](const SqlToken &token) {
        at += token.text.size();
        if (!saysNothing(token) && token.text != ";")
            end = at;
    });
    return sql.substr(0, end);
}

std::string firstSqlWord(std::string_view sql)
{
    std::string word;
    bool isOver = false;
    forEachToken(sql, [&](const SqlToken &token) {
        if (isOver || saysNothing(token) || token.text == "(" || token.text == ";")
            return;
        isOver = true;
        if (token.part == SqlPart::Word)
            word = token.text;
    });
    return upperCase(word);
}

bool isSqlQuery(std::string_view sql)
{
    constexpr auto Words = std::to_array<std::string_view>({"SELECT", "WITH", "VALUES", "TABLE"});
    return std::ranges::find(Words, firstSqlWord(sql)) != Words.end();
}

bool hasSeveralStatements(std::string_view sql)
{
    bool isEnded = false, areSeveral = false;
    forEachToken(sql, [&](const SqlToken &token) {
        areSeveral |= isEnded && !saysNothing(token) && token.text != ";";
        isEnded |= token.text == ";";
    });
    return areSeveral;
}

std::string serverSqlProblem(std::string_view sql, DatabaseKind kind)
{
    if (kind == DatabaseKind::Sqlite)
        return {};
    const bool isPostgres = kind == DatabaseKind::Postgres, isOdbc = kind == DatabaseKind::Odbc;
    std::string found, lastWord; // the word that ends where the token begins
    bool isInBrackets = false;   // of SQL Server, where they are quotes
    forEachToken(sql, [&](const SqlToken &token) {
        const char first = token.text.front();
        const std::string word = token.part == SqlPart::Word ? upperCase(token.text) : std::string();
        const bool isQuoted = token.part == SqlPart::Quoted;
        if (!found.empty())
            return;
        if (isQuoted && first == '$')
            found = "a text between dollar signs; write it between single quotes";
        else if (isPostgres && isQuoted && first == '\'' && lastWord == "E")
            found = "a text that begins with E'; leave the E out, and write chr(10) for a line's end";
        else if (!isPostgres && token.part != SqlPart::Comment && token.text.find('\\') != std::string_view::npos)
            found = "a backslash; give the text by a parameter, as :name";
        else if (!isPostgres && token.text == "#")
            found =
                "the sign #, behind which some servers see a comment; write comments behind --, and put quotes around "
                "the name";
        else if (isQuoted && first == '`' && (isPostgres || (isOdbc && !isPlainName(token.text))))
            found = "a name between backticks; put double quotes around it";
        else if (isOdbc && isInBrackets && (isQuoted || token.part == SqlPart::Comment || token.text == ";"))
            found = "quotes, a comment or a semicolon between [ and ]; put double quotes around the name";
        else if (word == "INTO")
            found = "INTO, which writes";
        else if (isOdbc && isWritingWord(word)) // others are asked for a transaction that reads only
            found = word + ", which writes";
        isInBrackets = token.text == "[" || (isInBrackets && token.text != "]");
        lastWord = word;
    });
    return found.empty() ? found
                         : "The query has " + found + ". What a server could read in another way isn't sent to it.";
}

} // namespace millrace
