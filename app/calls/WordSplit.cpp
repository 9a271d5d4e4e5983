// SPDX-License-Identifier: MIT
#include "calls/WordSplit.h"

#include <cstdlib>

namespace millrace {

std::vector<std::string> splitWords(std::string_view line)
{
    std::vector<std::string> words(1);
    char quote = 0;
    bool isWord = false; // whether the last one has begun
    for (size_t at = 0; at < line.size(); ++at) {
        const char c = line[at];
        std::string &word = words.back();
        if (!quote && (c == ' ' || c == '\t' || c == '\n')) {
            if (isWord)
                words.emplace_back();
            isWord = false;
            continue;
        }
        const char *home = std::getenv("HOME");
        if (!isWord && home && line.substr(at).starts_with("~/"))
            word = home;
        else if (quote ? c == quote : c == '"' || c == '\'')
            quote = quote ? '\0' : c;
        else if (c == '\\' && quote != '\'' && at + 1 < line.size())
            word += line[++at];
        else
            word += c;
        isWord = true;
    }
    return words;
}

} // namespace millrace
