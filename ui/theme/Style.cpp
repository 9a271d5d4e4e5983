// SPDX-License-Identifier: MIT
#include "theme/Style.h"

#include "theme/GlyphEngine.h"

#include <QApplication>
#include <QComboBox>
#include <QFileDialog>
#include <QHeaderView>
#include <QKeyEvent>
#include <QSizeGrip>
#include <QTreeView>
#include <QWidget>

#include <algorithm>

namespace millrace {

namespace {

/// Null: Qt's own is shown.
const char *glyphOf(QStyle::StandardPixmap name)
{
    switch (name) {
    case QStyle::SP_MessageBoxInformation: return "info";
    case QStyle::SP_MessageBoxWarning:
    case QStyle::SP_MessageBoxCritical: return "warning";
    case QStyle::SP_MessageBoxQuestion: return "help";
    case QStyle::SP_FileDialogBack:
    case QStyle::SP_ArrowBack: return "arrow-left";
    case QStyle::SP_ArrowForward: return "arrow-right";
    case QStyle::SP_FileDialogToParent: return "arrow-up";
    case QStyle::SP_FileDialogNewFolder: return "folder-new";
    case QStyle::SP_FileDialogListView: return "lines";
    case QStyle::SP_FileDialogDetailedView: return "table";
    case QStyle::SP_DirIcon:
    case QStyle::SP_DirClosedIcon:
    case QStyle::SP_DirOpenIcon:
    case QStyle::SP_DirLinkIcon: return "folder";
    case QStyle::SP_FileIcon:
    case QStyle::SP_FileLinkIcon: return "new";
    case QStyle::SP_DirHomeIcon: return "home";
    case QStyle::SP_ComputerIcon:
    case QStyle::SP_DesktopIcon: return "window";
    case QStyle::SP_DriveHDIcon: return "container";
    default: return nullptr;
    }
}

/// Qt's own file dialog, where the desktop has none: each column of its list has the room that its texts need.
void tidyUp(const QFileDialog &dialog)
{
    enum Column { Name, Size, Kind };
    auto *files = dialog.findChild<QTreeView *>(QStringLiteral("treeView"));
    if (!files || files->header()->count() <= Kind)
        return; // it is the desktop's
    files->header()->setStretchLastSection(false);
    files->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    files->header()->setSectionResizeMode(Name, QHeaderView::Stretch);
    files->hideColumn(Kind); // its name says that already
    if (auto *folder = dialog.findChild<QComboBox *>(QStringLiteral("lookInCombo")))
        folder->setAccessibleName(QFileDialog::tr("Folder"));
    if (auto *kinds = dialog.findChild<QComboBox *>(QStringLiteral("fileTypeCombo")))
        kinds->setAccessibleName(QFileDialog::tr("Kinds of files that are shown"));
    for (QSizeGrip *grip : dialog.findChildren<QSizeGrip *>())
        grip->hide();
}

} // namespace

Style::Style() : QProxyStyle(QStringLiteral("Fusion"))
{
    qApp->installEventFilter(this);
}

int Style::styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget, QStyleHintReturn *result) const
{
    if (hint == SH_UnderlineShortcut)
        return m_isAltHeld;
    // A click looks at something, a double click travels to it: on every desktop.
    if (hint == SH_ItemView_ActivateItemOnSingleClick)
        return 0;
    if (hint == SH_DialogButtonBox_ButtonsHaveIcons)
        return 0;
    return QProxyStyle::styleHint(hint, option, widget, result);
}

int Style::pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const
{
    constexpr int UsualText = 13, UsualIcon = 16; // pixels
    switch (metric) {
    case PM_ButtonIconSize:
    case PM_SmallIconSize:
    case PM_ToolBarIconSize:
    case PM_ListViewIconSize: return std::max(UsualIcon, UsualIcon * QApplication::font().pixelSize() / UsualText);
    default: return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

QIcon Style::standardIcon(StandardPixmap name, const QStyleOption *option, const QWidget *widget) const
{
    const char *glyph = glyphOf(name);
    if (!glyph)
        return QProxyStyle::standardIcon(name, option, widget);
    const QPalette &palette = widget ? widget->palette() : QApplication::palette();
    const bool isQuestion = name >= SP_MessageBoxInformation && name <= SP_MessageBoxQuestion;
    const QColor ink = palette.color(isQuestion ? QPalette::Highlight : QPalette::WindowText);
    QIcon icon;
    for (const int pixels : {16, 24, 32, 64}) {
        icon.addPixmap(renderGlyph(QLatin1String(glyph), ink, pixels));
        icon.addPixmap(
            renderGlyph(QLatin1String(glyph), palette.color(QPalette::Disabled, QPalette::WindowText), pixels),
            QIcon::Disabled);
    }
    return icon;
}

QPixmap Style::standardPixmap(StandardPixmap name, const QStyleOption *option, const QWidget *widget) const
{
    if (!glyphOf(name))
        return QProxyStyle::standardPixmap(name, option, widget);
    const int pixels = pixelMetric(PM_MessageBoxIconSize, option, widget);
    return standardIcon(name, option, widget).pixmap(QSize(pixels, pixels), widget ? widget->devicePixelRatioF() : 1.0);
}

bool Style::eventFilter(QObject *watched, QEvent *event)
{
    const bool isKey = event->type() == QEvent::KeyPress || event->type() == QEvent::KeyRelease;
    if (isKey && static_cast<QKeyEvent *>(event)->key() == Qt::Key_Alt) {
        m_isAltHeld = event->type() == QEvent::KeyPress;
        if (QWidget *window = QApplication::activeWindow())
            window->update();
    }
    if (event->type() == QEvent::Show)
        if (const auto *dialog = qobject_cast<QFileDialog *>(watched))
            tidyUp(*dialog);
    return QProxyStyle::eventFilter(watched, event);
}

} // namespace millrace
