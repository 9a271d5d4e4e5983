// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace {

/// A name of the pipeline file that stands in a sentence: who shows the sentence may put a word of its own in its place.
struct Mention
{
    enum class Kind : uint8_t { Step, Type, Setting };
    Kind kind = Kind::Step;
    std::string name; ///< id of a step or a type, key of a setting
    size_t begin = 0; ///< where it begins in the text, in bytes

    bool operator==(const Mention &) const = default;
};

/// A sentence that knows which of its words are names of the pipeline file.
class Sentence
{
public:
    explicit Sentence(std::string text = {}) : m_text(std::move(text)) {}

    Sentence &add(std::string_view text)
    {
        m_text += text;
        return *this;
    }
    Sentence &step(std::string_view id) { return mention(Mention::Kind::Step, id); }
    Sentence &type(std::string_view id) { return mention(Mention::Kind::Type, id); }
    Sentence &setting(std::string_view key) { return mention(Mention::Kind::Setting, key); }

    const std::string &text() const { return m_text; }
    const std::vector<Mention> &mentions() const { return m_mentions; }

private:
    Sentence &mention(Mention::Kind kind, std::string_view name)
    {
        m_mentions.push_back({kind, std::string(name), m_text.size()});
        m_text += name;
        return *this;
    }

    std::string m_text;
    std::vector<Mention> m_mentions;
};

} // namespace millrace
