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
        if constexpr (requires { m_layout.guesses; })
            return m_layout.guesses;
        return {};
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

protected:
    /// Looks at the first rows of the file, which is open. Fails with a sentence that names the file.
    virtual Result<Layout> readLayout() = 0;
    /// Says in a run's log what was guessed of the file.
    virtual void sayIn(RunLog &, const std::string & /*step*/, const Layout &) const {}
    /// A closed one with the same parameters.
    virtual std::unique_ptr<LayoutSource> copy() const = 0;
    /// The file's layout, found out beside this step, which stays as it is. `guess`: gets what was guessed of its encoding.
    Result<Layout> look(const CheckContext &context, std::string *guess = nullptr) const
    {
        const std::unique_ptr<LayoutSource> other = copy();
        other->onlyLook(MostLookedAt);
        StepContext folder;
        folder.folder = context.folder;
        if (auto opened = other->open(folder); !opened)
            return opened.forward();
        if (guess)
            *guess = other->encodingGuess();
        return std::move(other->m_layout);
    }

private:
    static constexpr size_t MostLookedAt = size_t(16) << 20; // bytes of one record: checks come after each edit

    Layout m_layout;
    std::optional<Decoder> m_decoder;
};

} // namespace millrace
