// SPDX-License-Identifier: MIT
#pragma once

#include "analysis/Tuner.h"
#include "pipeline/Pipeline.h"

#include <QString>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace millrace {

class Document;

/// What a tuner changes in the drawing, and a run follows: one undo step as long as nothing else is edited meanwhile. What a hand has
/// changed is the hand's: neither tuned on nor taken back.
class TunedSettings
{
public:
    explicit TunedSettings(Document &document) : m_document(document) {}

    /// Nothing is tuned yet; `running`: the pipeline whose run is tuned.
    void begin(const Pipeline &running, const QString &caption);
    /// Edits the document, which tells that it has changed.
    void make(const std::vector<TuneMove> &moves);
    /// The step of the run whose workers or queue are not what they were at the beginning or what was made of them; nothing: all are.
    std::optional<std::string> changedByHand() const;
    /// Whether something is as it was tuned, and wasn't so before.
    bool hasChanges() const;
    /// They stay.
    void keep();
    /// All that is still as it was tuned becomes what it was before.
    void takeBack();

private:
    using Key = std::pair<std::string, TuneMove::Setting>;
    struct Tuned
    {
        std::optional<int> before; ///< as in the drawing
        int now = 0;
    };
    static std::optional<int> &settingIn(PipelineStep &step, TuneMove::Setting setting);
    static int valueOf(const Pipeline &pipeline, const PipelineStep &step, TuneMove::Setting setting);
    bool isStill(const Key &key, int value) const;

    Document &m_document;
    QString m_caption;
    std::map<Key, int> m_expected; ///< of the steps that run
    std::map<Key, Tuned> m_tuned;
    std::shared_ptr<const Pipeline> m_state; ///< that the last edit led to; null: the next one begins an undo step
};

} // namespace millrace
