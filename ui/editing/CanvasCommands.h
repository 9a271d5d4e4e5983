// SPDX-License-Identifier: MIT
#pragma once

#include "canvas/CanvasScene.h"
#include "model/Edits.h"

#include <QObject>
#include <QPointF>

#include <functional>

namespace millrace {

class CanvasView;
class Document;

/// What the window's actions do with what is selected on the canvas, and what they select. Notes and frames have commands of
/// their own.
class CanvasCommands : public QObject
{
    Q_OBJECT

public:
    CanvasCommands(Document &document, CanvasView &view, QObject *parent);

    /// Opens the name of the only selected step, the heading of the only selected frame, or the text of the only note.
    void rename();
    void removeSelection();
    void dissolveSelection();
    void duplicate(QPointF delta);
    void copy() const;
    void cut();
    void paste();
    void selectAll();
    void selectReachable(bool upstream, bool downstream);
    /// The next link in the order of the pipeline; while a step is selected, first those of that step.
    void selectNextLink();
    void toggleEnabled();
    void toggleBypassed();
    /// Whether what goes over the selected links is kept.
    void toggleKept();
    void changeWorkers(int by);
    /// Frames go with the steps in them.
    void layOut();
    /// What the selected cards come to share: an edge, the middle of a column or of a row, or the distance to the next.
    enum class Line : uint8_t { Left, Right, Center, Top, Bottom, Middle, Across, Down };
    void arrange(Line line);

Q_SIGNALS:
    void told(const QString &sentence);
    /// Before it is put into the drawing.
    void pasting(const millrace::Pipeline &part);

private:
    /// Changes every selected step.
    void change(const QString &caption,
                const std::function<void(PipelineStep &, const Pipeline &)> &change,
                const QString &gestureKey = {});
    /// Selects what was added: these steps, and the notes and frames from these places in the lists on.
    /// And the notes and frames that weren't there before.
    void selectAdded(const StepIds &steps, const NoteIds &notesBefore, const NoteIds &framesBefore);
    /// The selection with what stands in its frames, as copy and duplicate take it.
    Pipeline selectedPart() const;
    void insert(const QString &caption, const Pipeline &part, Position corner);
    /// These things and the selected links.
    void remove(const QString &caption, const CanvasScene::Load &what);

    Document &m_document;
    CanvasView &m_view;
    CanvasScene &m_scene;
};

} // namespace millrace
