// SPDX-License-Identifier: MIT
#include "theme/Popups.h"

#include <QLayout>
#include <QListView>

namespace millrace {

void fitToRows(QListView &list, int most)
{
    list.ensurePolished(); // the frame is the style sheet's
    const int count = list.model() ? list.model()->rowCount(list.rootIndex()) : 0;
    int height = 2 * list.frameWidth();
    for (int row = 0; row < count; ++row) {
        const int more = list.sizeHintForRow(row);
        if (row > 0 && height + more > most)
            break; // no half rows
        height += more;
    }
    list.setFixedHeight(height);
    list.setVisible(count > 0);
}

void fitToContent(QWidget &popup)
{
    popup.layout()->invalidate();
    popup.layout()->activate();
    popup.setFixedHeight(popup.layout()->sizeHint().height());
}

} // namespace millrace
