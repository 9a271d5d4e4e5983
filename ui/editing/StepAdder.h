// SPDX-License-Identifier: MIT
#pragma once

#include "model/Drawing.h"
#include "model/Edits.h"

#include <QObject>
#include <QPointF>

#include <functional>
#include <optional>

namespace millrace {

class CanvasScene;
class CanvasView;
class Document;
class QuickAdd;
class StepItem;
class Theme;

/// Adds steps to the document: those that are chosen in quick-add or the palette, and those that read files that are dropped.
/// Finds a place for each, and what it is linked to. Places are points of the scene, the upper left corner of a card.
class StepAdder : public QObject
{
    Q_OBJECT

public:
    StepAdder(Document &document, CanvasView &view, Theme &theme, QObject *parent);

    /// Adds a step in the middle of what is in view, or right of the step that is followed and linked to it.
    void append(const QString &typeId);
    /// What is chosen is linked to the free end of `half`; without that it is inserted into the only selected link, or linked to
    /// the step that is followed.
    void openQuickAdd(QPointF at, const std::optional<LinkView> &half = {});
    /// At that place if no card stands there, else beside what does; linked to the free end of `half`.
    void add(const QString &typeId, QPointF at, const std::optional<LinkView> &half = {});
    /// Into a link, whose far end makes space for it where it must. What can't be in a link is added beside it.
    void insert(const QString &typeId, QPointF at, const LinkView &on);
    /// A step for each file or folder that one can read, one below the other.
    void addFiles(const QStringList &paths, QPointF at);

    /// What is added next follows the only selected step; with nothing selected, the one that was left, until something is
    /// selected again. Empty: none.
    void setLeft(const std::string &step) { m_left = step; }

Q_SIGNALS:
    /// This step has come into the drawing, as its type is.
    void added(const std::string &step);
    /// These steps, which know what they read, have come into the drawing.
    void filesAdded(const millrace::StepIds &steps);

private:
    /// What the step that is chosen in quick-add becomes.
    struct Wanted
    {
        QPointF at;
        std::optional<LinkView> half, on; ///< what is added is linked to, or inserted into
    };
    Wanted wantedAt(QPointF at, const std::optional<LinkView> &half) const;
    std::function<int(const StepType &)> rankFor(const LinkView &half) const;
    const StepItem *followed() const;
    std::string addAt(Pipeline &pipeline, const StepType &type, QPointF at, const std::optional<LinkView> &half) const;

    Document &m_document;
    CanvasView &m_view;
    CanvasScene &m_scene;
    QuickAdd *m_quickAdd;
    Wanted m_wanted; ///< while quick-add is open
    std::string m_left;
};

} // namespace millrace
