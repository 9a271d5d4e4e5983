// SPDX-License-Identifier: MIT
#pragma once

#include "model/Drawing.h"
#include "model/Edits.h"

#include <QObject>

#include <map>
#include <optional>
#include <string>

namespace millrace {

class CanvasScene;
class CanvasView;
class Document;
class StepAdder;
class Theme;

/// Turns what the hand asks of the canvas into edits of the document, and the document's changes into a new drawing.
class CanvasEditor : public QObject
{
    Q_OBJECT

public:
    CanvasEditor(Document &document, CanvasView &view, Theme &theme, QObject *parent);

    StepAdder &adder() const { return *m_adder; }
    const StepIds &selection() const { return m_selection; }
    void redraw();
    /// From now on what is wrong with steps that were just added is marked as of any other: a run was tried.
    void markNewSteps();
    /// Those that were just added, and in which nothing was filled in yet.
    StepIds newSteps() const;

Q_SIGNALS:
    void selectionChanged();
    void told(const QString &sentence);

private:
    void connectView();
    void move(const std::map<std::string, QPointF> &steps,
              const std::map<std::string, QRectF> &notes,
              const std::map<std::string, QRectF> &frames,
              const std::optional<LinkView> &droppedOn);
    void nudge(QPointF delta);
    void leaveSelection();
    void noteNew(const std::string &step);
    void softenNew(Drawing &drawing);
    void selectAfter(const StepIds &steps);
    void noteSelection();

    Document &m_document;
    CanvasView &m_view;
    CanvasScene &m_scene;
    StepAdder *m_adder;
    StepIds m_selection;
    std::map<std::string, Members> m_new; ///< steps just added, with the parameters that they have had since
};

} // namespace millrace
