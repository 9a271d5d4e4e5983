// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/fold/FoldSteps.h"

#include <QObject>
#include <QPointer>
#include <QString>
#include <QWidget>

#include <string>

namespace millrace {

class Actions;
class CanvasScene;
class CanvasView;
class Document;
class FileCommands;
class MessageBar;
class TrustGate;

/// What a window does with pipelines within its pipeline: folds the selection into one, puts one's contents in its place, leads to the
/// one inside, and back to the one around. One of its kind for a window, whose child it is.
class NestingCommands : public QObject
{
    Q_OBJECT

public:
    struct Parts
    {
        Document &document;
        CanvasScene &scene;
        CanvasView &view;
        TrustGate &gate;
        FileCommands &files;
        MessageBar &messages;
        Actions &actions;
    };

    NestingCommands(Parts parts, QWidget *window);

    /// Asks for a file, writes the selected steps into it, and puts one step in their place: one undo, which leaves the file.
    void fold();
    /// Puts the contents of the only selected step's file in its place.
    void unfold();
    /// Leads to the file of a step; without a step, of the only selected one.
    void openInside(const std::string &step);
    /// This window shows what is inside a step of that window's document: it leads back there, and tells it when its file is saved.
    void setAround(QWidget &window, Document &document, const QString &step);

Q_SIGNALS:
    /// A sentence for the status bar, for so long.
    void told(const QString &sentence, int milliseconds);
    /// That file is inside that step: it is to be shown in a window of its own.
    void insideWanted(const QString &file, const QString &step);

private:
    /// Says why not.
    bool mayFold(const FoldedPart &part) const;
    QString askFile(const FoldedPart &part) const;
    void goAround();
    /// Empty: it isn't one that stands for a pipeline, which is said.
    std::string selectedOne();
    void warn(const std::string &sentence) const;
    void showAdded(const std::set<std::string> &steps);

    Parts m_parts;
    QWidget *m_window;
    QPointer<QWidget> m_around;
    QString m_aroundPath; ///< of its document; empty: it was never saved
};

} // namespace millrace
