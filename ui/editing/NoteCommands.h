// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <QSizeF>
#include <QString>

namespace millrace {

class CanvasScene;
class CanvasView;
class Document;

/// What the window's actions, and a double-click on a note, do with notes and frames: edits of the document.
class NoteCommands : public QObject
{
    Q_OBJECT

public:
    NoteCommands(Document &document, CanvasView &view, QObject *parent);

    /// At the hand, opened to be written.
    void addNote();
    /// Around the selected steps and notes; without any, an empty one at the hand. Its heading is opened to be written.
    void addFrame();
    /// Colours the selected frames: a word of frameColorWords().
    void setFrameColor(const QString &word);
    /// Makes the selected notes and frames so much wider and higher, in pixels at 100 %; less where it is negative.
    void resizeSelection(QSizeF by);
    /// Selects the next of the frames, or of the notes, from above to below and left to right, and brings it into view: what
    /// the mouse takes hold of is there for the keys.
    void selectNextFrame();
    void selectNextNote();

Q_SIGNALS:
    void told(const QString &sentence);

private:
    Document &m_document;
    CanvasView &m_view;
    CanvasScene &m_scene;
};

} // namespace millrace
