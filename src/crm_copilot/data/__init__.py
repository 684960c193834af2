"""The company's data: a folder of files in, one checked database and an Arrow file for each table out.

dataset   what is loaded: open it, ask for its frames, values and last day
loader    load a folder; ensure that something is loaded
tabular   a file as a person sees it      sources   the files of a folder
staging   files into typed tables         checks    what must hold in them
derived   df, customer_df, product_df     frames    tables out to Arrow and JSON
store     versions on disk                demo      the generated company
"""

from crm_copilot.data.dataset import DataInfo, Dataset, open_data
from crm_copilot.data.loader import ensure, load

__all__ = ["DataInfo", "Dataset", "ensure", "load", "open_data"]
