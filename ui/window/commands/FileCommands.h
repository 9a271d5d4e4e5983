// SPDX-License-Identifier: MIT
#pragma once

#include "window/commands/Questions.h"

#include <QObject>

#include <functional>

class QMenu;

namespace millrace {

class Actions;
class Document;
class MessageBar;
class RunBridge;

/// What a window does with files: new, open, save, those that were used last, pictures of the drawing, and what is asked before a
/// document is left. One of its kind for a window, whose child it is.
class FileCommands : public QObject
{
    Q_OBJECT

public:
    struct Parts
    {
        Document &document;
        RunBridge &bridge;
        Actions &actions;
        MessageBar &messages;
        const Questions &questions;
    };

    FileCommands(Parts parts, QWidget *window);

    /// The files that were used last.
    QMenu &recentMenu() const { return *m_recent; }
    void fillRecentMenu();

    void newFile();
    void open(const QString &path) { openThen(path, {}); }
    /// Opens a file and does something as soon as it is there: not where it can't be opened, or another one is opened before.
    void openThen(const QString &path, std::function<void()> then);
    /// Shows the window that has the file; else opens it in this one, once that may be left.
    void openHere(const QString &path);
    /// The window that has the file; null where none has.
    static QWidget *windowOf(const QString &path);
    static void bringUp(QWidget &window);
    void openWithDialog();
    void save();
    void saveAs();
    void revert();
    void exportPicture();
    /// Whether the document may be left: asks where it has changes or runs, saves it and ends the run.
    bool mayLeave();
    /// Does what openThen() was told. Called last of all that follows an opened file.
    void followOpened();

Q_SIGNALS:
    /// A sentence for the status bar, for so long.
    void told(const QString &sentence, int milliseconds);

private:
    void joinActions();
    void followDocument();
    QString pathToSaveAs();
    void noteRecent(const QString &path);

    Parts m_parts;
    QWidget *m_window;
    QMenu *m_recent;
    struct
    {
        QString path;
        std::function<void()> then;
    } m_opening; ///< what is done once that file is there
};

} // namespace millrace
