// SPDX-License-Identifier: MIT
#pragma once

#include "steps/read/TextSource.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace millrace {

/// A text file whose first rows tell its layout: among other things, as `schema`, the fields. Each worker takes records apart with
/// a decoder that is made for that layout.
template <class Layout, class Decoder>
class LayoutSource : public TextSource
{
public:
    Result<> open(const StepContext &context) final
    {
        if (auto opened = openFile(context); !opened)
            return opened;
        Result<Layout> layout = readLayout();
        if (!layout)
            return layout.forward();
        m_layout = *std::move(layout);
        m_schema = m_layout.schema;
        if (context.log)
            sayIn(*context.log, context.stepId, m_layout);
        return {};
    }
    Result<> openDecoder(const Source &opened, const StepContext &context) final
    {
        shareOrigins(static_cast<const LayoutSource &>(opened));
        m_decoder.emplace(static_cast<const LayoutSource &>(opened).m_layout);
        if constexpr (requires { m_decoder->sayTo(context.log, context.stepId); })
            m_decoder->sayTo(context.log, context.stepId);
        return {};
    }
    Result<> decode(Batch &batch) final
    {
        if (!m_decoder)
            m_decoder.emplace(m_layout);
        m_decoder->decode(batch);
        nameFile(batch);
        return {};
    }
    std::vector<FormatGuess> guesses() const final
    {
        std::vector<FormatGuess> guesses = encodingGuesses();
        if constexpr (requires { m_layout.guesses; })
            guesses.insert(guesses.end(), m_layout.guesses.begin(), m_layout.guesses.end());
        return guesses;
    }
    std::vector<std::string> warnings() const final
    {
        if constexpr (requires { m_layout.warnings; })
            return m_layout.warnings;
        return {};
    }
    SchemaPtr outputSchema(const CheckContext &context) const final
    {
        if (!canLookAhead(context))
            return nullptr;
        const Result<Layout> layout = look(context);
        return layout ? layout->schema : nullptr;
    }
    std::vector<FormatGuess> guessed(const CheckContext &context) const final
    {
        if (!canLookAhead(context) || !look(context))
            return {};
        return m_looked->guesses;
    }

protected:
    /// Looks at the first rows of the file, which is open. Fails with a sentence that names the file.
    virtual Result<Layout> readLayout() = 0;
    /// Says in a run's log what was guessed of the file.
    virtual void sayIn(RunLog &, const std::string & /*step*/, const Layout &) const {}
    /// A closed one with the same parameters.
    virtual std::unique_ptr<LayoutSource> copy() const = 0;
    /// The file's layout, found out beside this step, which stays as it is: once, for all that a check asks. `guess`: gets what was
    /// guessed of its encoding.
    Result<Layout> look(const CheckContext &context, std::string *guess = nullptr) const
    {
        if (!m_looked || m_looked->folder != context.folder)
            m_looked.emplace(lookAnew(context.folder));
        if (guess)
            *guess = m_looked->encodingGuess;
        return m_looked->layout;
    }

private:
    static constexpr size_t MostLookedAt = size_t(16) << 20; // bytes of one record: checks come after each edit

    /// What a look has found.
    struct Looked
    {
        std::string folder;
        Result<Layout> layout;
        std::string encodingGuess;
        std::vector<FormatGuess> guesses;
    };
    Looked lookAnew(const std::string &path) const
    {
        const std::unique_ptr<LayoutSource> other = copy();
        other->onlyLook(MostLookedAt);
        StepContext folder;
        folder.folder = path;
        if (auto opened = other->open(folder); !opened)
            return {path, opened.forward(), {}, {}};
        return {path, other->m_layout, other->encodingGuess(), other->guesses()};
    }

    Layout m_layout;
    std::optional<Decoder> m_decoder;
    mutable std::optional<Looked> m_looked; ///< of this step's check
};

} // namespace millrace
