// SPDX-License-Identifier: MIT
#include "steps/script/CommandWords.h"

#include <string_view>

namespace millrace {

namespace {

constexpr std::string_view ForTheShell = "|&;<>()$`*?[#~!{}";
constexpr std::string_view EscapedInQuotes = "\\\"$`";

/// Takes a text apart as a shell does.
class Splitter
{
public:
    explicit Splitter(std::string_view text) : m_text(text) {}

    Result<std::vector<std::string>> run()
    {
        for (; m_at < m_text.size(); ++m_at) {
            if (!step(m_text[m_at]))
                return failure(ErrorKind::Settings, "The command has a quote that isn't closed.");
        }
        endWord();
        return std::move(m_words);
    }
    bool needsShell() const { return m_needsShell; }

private:
    bool step(char c)
    {
        if (c == ' ' || c == '\t' || c == '\n') {
            endWord();
            m_needsShell = m_needsShell || (c == '\n' && !m_words.empty() && m_at + 1 < m_text.size());
            return true;
        }
        m_isWord = true;
        if (c == '\'' || c == '"')
            return takeQuoted(c);
        if (c == '\\' && m_at + 1 < m_text.size())
            c = m_text[++m_at];
        else
            m_needsShell = m_needsShell || ForTheShell.find(c) != std::string_view::npos;
        m_word += c;
        return true;
    }

    bool takeQuoted(char quote)
    {
        for (++m_at; m_at < m_text.size() && m_text[m_at] != quote; ++m_at) {
            char c = m_text[m_at];
            if (quote == '"' && c == '\\' && m_at + 1 < m_text.size()
                && EscapedInQuotes.find(m_text[m_at + 1]) != std::string_view::npos)
                c = m_text[++m_at];
            else if (quote == '"' && (c == '$' || c == '`'))
                m_needsShell = true;
            m_word += c;
        }
        return m_at < m_text.size();
    }

    void endWord()
    {
        if (m_isWord)
            m_words.push_back(std::move(m_word));
        m_word.clear();
        m_isWord = false;
    }

    std::string_view m_text;
    size_t m_at = 0;
    std::vector<std::string> m_words;
    std::string m_word;
    bool m_isWord = false, m_needsShell = false;
};

} // namespace

Result<std::vector<std::string>> commandWords(const Value &command)
{
    std::vector<std::string> words;
    if (command.isText()) {
        Splitter splitter(command.toText());
        auto split = splitter.run();
        if (!split)
            return split;
        words = *std::move(split);
        if (!words.empty() && splitter.needsShell())
            words = {"/bin/sh", "-c", std::string(command.toText())};
    } else if (command.isList()) {
        for (const Value &word : command.toList()) {
            if (!word.isText())
                return failure(ErrorKind::Settings,
                               "The command's list must hold texts: the program and its arguments.");
            words.emplace_back(word.toText());
        }
    }
    if (words.empty() || words.front().empty())
        return failure(ErrorKind::Settings,
                       "There is no command; write the program and its arguments, as in a terminal.");
    return words;
}

} // namespace millrace
