// SPDX-License-Identifier: MIT
#include "trust/CommandNames.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <string_view>

namespace millrace {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view NotInNames = " \t\n\"'`|&;<>()$=,:";
constexpr auto Interpreters = std::to_array<std::string_view>(
    {"python", "node", "deno", "bun", "ruby", "perl", "lua", "php", "Rscript", "julia", "sh",
     "bash",   "dash", "zsh",  "awk", "gawk", "mawk", "jq",  "sed", "java",    "tclsh"});
constexpr auto Shells = std::to_array<std::string_view>({"sh", "bash", "dash", "zsh", "ksh", "fish", "busybox"});

constexpr auto Filters = std::to_array<std::string_view>({"jq", "sed", "awk", "gawk", "mawk"});

/// `python3.11` as well as `/usr/bin/python3`.
template <class Names>
bool isCalledAs(const Names &names, const std::string &word)
{
    std::string name = fs::path(word).filename().string();
    name.erase(name.find_last_not_of("0123456789.") + 1);
    return std::ranges::find(names, name) != names.end();
}

std::string withHome(std::string text)
{
    const char *home = std::getenv("HOME");
    if (!home)
        return text;
    for (const std::string_view variable : {"${HOME}", "$HOME"}) {
        for (size_t at = 0; (at = text.find(variable, at)) != std::string::npos; at += std::string_view(home).size())
            text.replace(at, variable.size(), home);
    }
    for (size_t at = 0; (at = text.find("~/", at)) != std::string::npos; ++at) {
        if (at == 0 || NotInNames.find(text[at - 1]) != std::string_view::npos)
            text.replace(at, 1, home);
    }
    return text;
}

/// Without what stands in quotes, where a shell puts no names in; but one that is told to run a text does so with that.
std::string outsideQuotes(const std::string &text)
{
    for (const std::string_view runs : {"sh -c", "eval", "xargs", "find "})
        if (text.find(runs) != std::string::npos)
            return text;
    std::string rest;
    char quote = 0;
    for (const char c : text) {
        if (quote != 0)
            quote = c == quote ? char(0) : quote;
        else if (c == '\'' || c == '"')
            quote = c;
        else
            rest += c;
    }
    return rest;
}

std::vector<std::string> parts(const std::string &text)
{
    std::vector<std::string> found;
    for (size_t at = 0; at < text.size();) {
        const size_t end = std::min(text.find_first_of(NotInNames, at), text.size());
        if (end > at)
            found.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return found;
}

class NameFinder
{
public:
    explicit NameFinder(CommandNames &names) : m_names(names) {}

    void take(const std::string &word)
    {
        m_isShell = m_isShell || isCalledAs(Shells, word);
        m_isFilter = !m_isShell && (m_isFilter || isCalledAs(Filters, word));
        if (word.find_first_of(NotInNames) == std::string::npos) {
            look(word);
            return;
        }
        m_names.words.push_back({word}); // a name with spaces in it
        for (const std::string &part : parts(word)) {
            look(part);
            m_names.words.back().isInText = m_isFilter;
        }
        if (!m_isShell)
            return;
        for (const std::string &part : parts(outsideQuotes(word)))
            if (part.find_first_of("*?[") != std::string::npos)
                m_names.patterns.push_back(fs::path(part).filename().string());
    }

private:
    void look(const std::string &word)
    {
        const bool isScript = m_isScript && !word.starts_with('-');
        m_isScript = isCalledAs(Interpreters, word) || (m_isScript && !isScript);
        m_names.words.push_back({word, isScript});
    }

    CommandNames &m_names;
    bool m_isScript = false; ///< the next word, but for options, is what an interpreter reads
    bool m_isShell = false, m_isFilter = false;
};

} // namespace

CommandNames namesIn(const std::vector<std::string> &command,
                     const std::vector<std::pair<std::string, std::string>> &environment)
{
    CommandNames names;
    NameFinder finder(names);
    for (const std::string &word : command)
        finder.take(withHome(word));
    for (const auto &[name, value] : environment) {
        names.words.push_back({withHome(value)});
        for (std::string &part : parts(withHome(value)))
            names.words.push_back({std::move(part)});
    }
    return names;
}

} // namespace millrace
